-- DuckDB. A made-up export of the one-stop software, as large as asked for. Nobody in it exists.

-- name: dossiers
-- One row in a thousand has an unknown status, one in two thousand an impossible due date, one in five thousand an
-- end before its start, one in ten thousand a cell too many. `start`: the number of the first one.
CREATE OR REPLACE TEMP MACRO dossiers(start, row_count, first_day, days) AS TABLE
    WITH drawn AS (
        SELECT
            i,
            hash(i) AS a,
            hash(i + 7919) AS b,
            hash(i * 31 + 5) AS c
        FROM range(start, start + row_count) AS numbers(i)
    ),
    dated AS (
        SELECT
            *,
            first_day + (a % days)::INTEGER AS received,
            (b % 20)::INTEGER + 1 AS term,
            (c % 25)::INTEGER AS took,
            a % 1000 = 1 AS has_odd_status,
            a % 2000 = 7 AS has_odd_due,
            a % 10000 = 3 AS has_cell_too_many
        FROM drawn
    )
    SELECT
        *,
        received + took < first_day + days AS is_ended,
        is_ended AND a % 5000 = 11 AS ends_before
    FROM dated

-- name: truth
-- What is right about the same dossiers, told without reading them: by unit, as the round that ends with their last
-- day counts them.
SELECT
    ($units::VARCHAR[])[1 + (a % len($units::VARCHAR[]))::INTEGER] AS unit,
    count(*) AS drawn,
    count(*) FILTER (is_sound) AS accepted,
    count(*) FILTER (is_sound AND is_ended) AS resolved
FROM (
    SELECT *, NOT (has_odd_status OR has_odd_due OR has_cell_too_many OR ends_before) AS is_sound
    FROM dossiers($start::BIGINT, $rows::BIGINT, $first::DATE, $days::INTEGER)
)
GROUP BY unit

-- name: one_stop
COPY (
    SELECT
        $province || '.' || lpad((a % 122)::VARCHAR, 3, '0') || '-' || strftime(received, '%y%m%d') || '-' || lpad(i::VARCHAR, 9, '0')
            AS "Mã hồ sơ",
        '1.' || lpad((b % 300)::VARCHAR, 6, '0') || '.000.00.00.' || $province AS "Mã TTHC",
        'Thủ tục số ' || (b % 300)::VARCHAR || ' theo quyết định công bố' AS "Tên TTHC",
        (['Đất đai', 'Hộ tịch', 'Hoạt động xây dựng', 'Bảo trợ xã hội', 'Chứng thực', 'Thành lập doanh nghiệp'])[1 + (b % 6)::INTEGER]
            AS "Lĩnh vực",
        (['Trực tiếp', 'Trực tuyến', 'Bưu chính công ích'])[1 + (c % 3)::INTEGER] AS "Kênh thực hiện",
        'Công dân Giả Định ' || (b % 100000)::VARCHAR AS "Chủ hồ sơ",
        '09' || lpad((b % 100000000)::VARCHAR, 8, '0') AS "Số điện thoại",
        strftime(received, '%d/%m/%Y') AS "Ngày nộp",
        strftime(received + INTERVAL (a % 600) MINUTE, '%d/%m/%Y %H:%M') AS "Ngày tiếp nhận",
        CASE
            WHEN has_odd_due THEN '31/02/2026'
            WHEN a % 50 <> 0 THEN strftime(received + term, '%d/%m/%Y')
        END AS "Ngày hẹn trả",
        CASE
            WHEN ends_before THEN strftime(received - 3, '%d/%m/%Y')
            WHEN is_ended THEN strftime(received + took, '%d/%m/%Y')
        END AS "Ngày kết thúc xử lý",
        CASE WHEN is_ended THEN strftime(received + took, '%d/%m/%Y') END AS "Ngày trả",
        CASE WHEN has_odd_status THEN 'Chờ xem xét' WHEN is_ended THEN 'Đã trả kết quả' ELSE 'Đang xử lý' END
            || CASE WHEN has_cell_too_many THEN ';' ELSE '' END AS "Trạng thái",
        'Trực tiếp' AS "Hình thức trả",
        ($units::VARCHAR[])[1 + (a % len($units::VARCHAR[]))::INTEGER] AS "Đơn vị xử lý",
        CASE WHEN b % 2 = 0 THEN 'Toàn trình' ELSE 'Một phần' END AS "Mức độ"
    FROM dossiers($start::BIGINT, $rows::BIGINT, $first::DATE, $days::INTEGER)
) TO $path (FORMAT csv, HEADER true, DELIMITER ';', QUOTE '')

-- name: floor
SELECT count(*) FROM read_csv($path, delim = ';', all_varchar = true, ignore_errors = true)
