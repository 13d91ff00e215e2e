-- 问：哪些做法别人少有？
-- 读法：排在前面的用词少有单位用到，“有此用词的单位”除以“计入的单位”越小越少见；少见不等于好，请读原文。
SELECT m.rank AS 名次, m.period AS 报送期, coalesce(m.school_name, f.source_path) AS 单位, m.terms AS 少见的词,
    m.bodies_with AS 有此用词的单位, m.bodies_counted AS 计入的单位, f.quote AS 原文
FROM distinctive_measures m JOIN measures f USING (fact_id)
ORDER BY m.rank, f.source_path, f.start LIMIT 20;
