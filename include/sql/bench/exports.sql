-- DuckDB. A made-up export of the one-stop software, as large as asked for. Nobody in it exists.

-- name: one_stop
-- One row in a thousand has an unknown status, one in two thousand an impossible due date, one in five thousand an
-- end before its start, one in ten thousand a cell too many.
COPY (
    WITH drawn AS (
        SELECT
            i,
            hash(i) AS a,
            hash(i + 7919) AS b,
            hash(i * 31 + 5) AS c
        FROM range($rows) AS numbers(i)
    ),
    dated AS (
        SELECT
            *,
            $first::DATE + (a % $days::INTEGER)::INTEGER AS received,
            (b % 20)::INTEGER + 1 AS term,
            (c % 25)::INTEGER AS took
        FROM drawn
    ),
    ended AS (
        SELECT *, received + took < $first::DATE + $days::INTEGER AS is_ended FROM dated
    )
    SELECT
        'H01.' || lpad((a % 122)::VARCHAR, 3, '0') || '-' || strftime(received, '%y%m%d') || '-' || lpad(i::VARCHAR, 8, '0')
            AS "Mã hồ sơ",
        '1.' || lpad((b % 300)::VARCHAR, 6, '0') || '.000.00.00.H01' AS "Mã TTHC",
        'Thủ tục số ' || (b % 300)::VARCHAR || ' theo quyết định công bố' AS "Tên TTHC",
        (['Đất đai', 'Hộ tịch', 'Hoạt động xây dựng', 'Bảo trợ xã hội', 'Chứng thực', 'Thành lập doanh nghiệp'])[1 + (b % 6)::INTEGER]
            AS "Lĩnh vực",
        (['Trực tiếp', 'Trực tuyến', 'Bưu chính công ích'])[1 + (c % 3)::INTEGER] AS "Kênh thực hiện",
        'Công dân Giả Định ' || (b % 100000)::VARCHAR AS "Chủ hồ sơ",
        '09' || lpad((b % 100000000)::VARCHAR, 8, '0') AS "Số điện thoại",
        strftime(received, '%d/%m/%Y') AS "Ngày nộp",
        strftime(received + INTERVAL (a % 600) MINUTE, '%d/%m/%Y %H:%M') AS "Ngày tiếp nhận",
        CASE
            WHEN a % 2000 = 7 THEN '31/02/2026'
            WHEN a % 50 <> 0 THEN strftime(received + term, '%d/%m/%Y')
        END AS "Ngày hẹn trả",
        CASE
            WHEN is_ended AND a % 5000 = 11 THEN strftime(received - 3, '%d/%m/%Y')
            WHEN is_ended THEN strftime(received + took, '%d/%m/%Y')
        END AS "Ngày kết thúc xử lý",
        CASE WHEN is_ended THEN strftime(received + took, '%d/%m/%Y') END AS "Ngày trả",
        CASE WHEN a % 1000 = 1 THEN 'Chờ xem xét' WHEN is_ended THEN 'Đã trả kết quả' ELSE 'Đang xử lý' END
            || CASE WHEN a % 10000 = 3 THEN ';' ELSE '' END AS "Trạng thái",
        'Trực tiếp' AS "Hình thức trả",
        ($units::VARCHAR[])[1 + (a % len($units::VARCHAR[]))::INTEGER] AS "Đơn vị xử lý",
        CASE WHEN b % 2 = 0 THEN 'Toàn trình' ELSE 'Một phần' END AS "Mức độ"
    FROM ended
) TO $path (FORMAT csv, HEADER true, DELIMITER ';', QUOTE '')

-- name: floor
SELECT count(*) FROM read_csv($path, delim = ';', all_varchar = true, ignore_errors = true)
