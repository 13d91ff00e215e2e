-- 问：谁抄了谁？
-- 读法：套话和模板已经去掉；两个“比例”各以自己一方的独有句子为分母，“整篇”表示几乎全同。谁先谁后只有日期能证明，这里不下结论。
SELECT s.period_a AS 报送期甲, coalesce(s.school_a, a.source_path) AS 甲, s.period_b AS 报送期乙, coalesce(s.school_b, b.source_path) AS 乙,
    s.shared_a AS 甲相同句数, s.own_a AS 甲独有句数, round(s.containment_a, 3) AS 甲比例,
    s.shared_b AS 乙相同句数, s.own_b AS 乙独有句数, round(s.containment_b, 3) AS 乙比例, s.is_copy AS 整篇
FROM similar_reports s JOIN documents a ON a.doc_id = s.doc_a JOIN documents b ON b.doc_id = s.doc_b
ORDER BY s.is_copy DESC, greatest(s.containment_a, s.containment_b) DESC, a.source_path, b.source_path;
