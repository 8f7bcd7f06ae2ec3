# The image of every Airflow service in docker-compose.yaml: the project and its pinned, hashed requirements, on the
# release of Debian and of Python with which CI runs the same processes.
ARG CCHC_PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${CCHC_PYTHON_IMAGE}

# LibreOffice makes the PDF files, in the fonts of the templates; pg_dump is of the server's version (postgres:15);
# tesseract tells the letters of scanned attachments.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-liberation2 libreoffice-calc libreoffice-writer postgresql-client-15 \
        tesseract-ocr tesseract-ocr-vie \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 LANG=C.UTF-8
WORKDIR /opt/cchc

# Requirements first: they change seldom, and this layer is the long one.
COPY requirements-production.txt ./
RUN pip install --require-hashes -r requirements-production.txt

COPY pyproject.toml requirements.in README.md ./
COPY include ./include
COPY plugins ./plugins
COPY dags ./dags
RUN pip install --no-deps --no-build-isolation -e . \
    && useradd --uid 50000 --gid 0 --no-create-home --home-dir /opt/airflow airflow \
    && mkdir -p /opt/airflow /var/log/airflow /var/lib/cchc \
    && chown -R 50000:0 /opt/airflow /var/log/airflow /var/lib/cchc \
    && chmod -R g=u /opt/airflow /var/log/airflow /var/lib/cchc

# The image has no git: what the documents name as their code is written down here. tools/build-image gives it.
ARG CCHC_REVISION=""
RUN python -m cchc.revision "$CCHC_REVISION"

ENV AIRFLOW_HOME=/opt/airflow HOME=/opt/airflow CCHC_HOME=/var/lib/cchc
USER 50000:0
ENTRYPOINT ["python", "-m", "airflow"]
CMD ["version"]
