-- 问：哪些学校写了每天作业超过60分钟？
-- 读法：一行是一条数据：“要求”是学校自己定的上限，“实际”是量出来的，初中的上限是90分钟，所以要同时看年级。
SELECT d.period AS 报送期, coalesce(d.school_name, f.source_path) AS 单位, f.scope AS 年级,
    CASE f.kind WHEN 'requirement' THEN '要求' WHEN 'actual' THEN '实际' WHEN 'target' THEN '目标' ELSE '其他' END AS 性质,
    f.value AS 分钟, f.quote AS 原文
FROM figures f JOIN documents d USING (doc_id)
WHERE f.indicator = 'homework_minutes' AND f.unit = '分钟' AND f.value > 60 AND d.counted
ORDER BY f.value DESC, d.period, 单位, f.source_path, f.start;
