-- 问：谁把数字留成了XX没有填？
-- 读法：“未填”除以“应填”就是没填的比例；未填的数不当作零，也不进任何平均。
SELECT d.period AS 报送期, coalesce(d.school_name, d.source_path) AS 单位, count(*) FILTER (f.masked) AS 未填,
    count(*) AS 应填, string_agg(f.quote, '、' ORDER BY f.start) FILTER (f.masked) AS 原文
FROM figures f JOIN documents d USING (doc_id)
WHERE d.superseded_by IS NULL
GROUP BY d.period, 单位, d.source_path HAVING 未填 > 0
ORDER BY 未填 DESC, d.period, 单位, d.source_path;
