-- 问：谁没交、迟交、打不开、交错了？
-- 读法：一行是一个单位一期没有正常交来的情形；“被替换”是交了两稿，以后一稿为准。
SELECT period AS 报送期, coalesce(school_name, source_path) AS 单位, town AS 乡镇,
    CASE state WHEN 'missing' THEN '未交' WHEN 'expected' THEN '待交' WHEN 'late' THEN '迟交' WHEN 'unreadable' THEN '打不开'
        WHEN 'off_topic' THEN '不是这类材料' WHEN 'superseded' THEN '被替换' WHEN 'unclear' THEN '待确认' WHEN 'unmatched' THEN '学校不明' ELSE state END AS 情形,
    source_path AS 来文
FROM submissions WHERE state <> 'received'
ORDER BY period, 情形, 单位, 来文;
