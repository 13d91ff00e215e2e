-- 问：课后服务参与率：目标和实际差多少？
-- 读法：只列同一份报告里既写了实际又写了目标的单位（由82%提高到92%，实际是92%），“差距”是还要提高的百分点；为负说明目标定得比现状低，请核对。
WITH rates AS (
    SELECT doc_id, max(value) FILTER (kind = 'actual') AS actual, max(value) FILTER (kind = 'target') AS target
    FROM figures
    WHERE indicator = 'after_school_rate' AND unit = '%' AND holds_now AND NOT masked
    GROUP BY doc_id)
SELECT d.period AS 报送期, coalesce(d.school_name, d.source_path) AS 单位, r.actual AS 实际, r.target AS 目标,
    round(r.target - r.actual, 1) AS 差距
FROM rates r JOIN documents d USING (doc_id)
WHERE d.counted AND r.actual IS NOT NULL AND r.target IS NOT NULL
ORDER BY 差距, d.period, 单位;
