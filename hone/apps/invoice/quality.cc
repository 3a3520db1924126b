#include "hone/apps/invoice/quality.h"

#include <array>
#include <utility>

#include "hone/apps/invoice/report_table.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::array<const char*, 5> kGroups = {"all", "vendor", "template", "profile", "method"};

std::string percent_text(std::int64_t part, std::int64_t whole) {
    const std::optional<Decimal> share = share_of(part, whole);
    return share ? cat(decimal_text(Decimal{share->ten_thousandths * 100}, 2), " %") : "";
}

}  // namespace

void QualityCounter::Growing::add(const Document& document) {
    ++group.documents;
    group.ok += document.status == Status::Ok ? 1 : 0;
    group.partial += document.status == Status::Partial ? 1 : 0;
    group.no_data += document.status == Status::NoData ? 1 : 0;
    group.failed += document.status == Status::Failed ? 1 : 0;
    group.lines += static_cast<std::int64_t>(document.lines.size());
    for (const Check& check : document.checks)
        ++(check.passed ? group.checks_passed : group.checks_failed);
    if (document.status != Status::Ok && document.status != Status::Partial) return;
    ++with_data;
    confidences += share_decimal(document.confidence).ten_thousandths;
}

GroupQuality QualityCounter::Growing::finished() const {
    GroupQuality made = group;
    if (with_data > 0) made.confidence = {(confidences * 2 + with_data) / (with_data * 2)};
    return made;
}

void QualityCounter::add(const Document& document) {
    for (const Check& check : document.checks) {
        CheckQuality& quality = checks_[check.name];
        quality.name = check.name;
        ++(check.passed ? quality.passed : quality.failed);
    }
    groups_[{0, ""}].add(document);
    groups_[{1, document.vendor.value.value_or("")}].add(document);
    if (!document.profile.empty()) groups_[{document.method == "template" ? 2 : 3, document.profile}].add(document);
    groups_[{4, document.method}].add(document);
}

QualityReport QualityCounter::report() const {
    QualityReport report;
    for (const auto& [name, quality] : checks_)
        report.checks.push_back(quality);
    for (const auto& [key, growing] : groups_) {
        report.groups.push_back(growing.finished());
        report.groups.back().group = kGroups.at(key.first);
        report.groups.back().name = key.second;
    }
    return report;
}

QualityReport quality_of(std::span<const Document> documents) {
    QualityCounter counter;
    for (const Document& document : documents)
        counter.add(document);
    return counter.report();
}

Table quality_table(const QualityReport& report) {
    constexpr CellKind kCount = CellKind::Count, kNumber = CellKind::Decimal;
    ReportTable table({{"group"},
                       {"name"},
                       {"passed", kCount},
                       {"failed", kCount},
                       {"share", kNumber},
                       {"documents", kCount},
                       {"documents_ok", kCount},
                       {"documents_partial", kCount},
                       {"documents_no_data", kCount},
                       {"documents_failed", kCount},
                       {"lines", kCount},
                       {"confidence", kNumber}});
    for (const CheckQuality& check : report.checks) {
        table.text("check").text(check.name).count(check.passed).count(check.failed);
        table.decimal(share_of(check.passed, check.passed + check.failed));
        for (int i = 0; i < 6; ++i)
            table.count({});
        table.decimal({});
    }
    for (const GroupQuality& one : report.groups) {
        table.text(one.group).text(one.name).count(one.checks_passed).count(one.checks_failed);
        table.decimal(share_of(one.checks_passed, one.checks_passed + one.checks_failed));
        table.count(one.documents).count(one.ok).count(one.partial).count(one.no_data).count(one.failed);
        table.count(one.lines).decimal(one.ok + one.partial > 0 ? std::optional(one.confidence) : std::nullopt);
    }
    return std::move(table).finish();
}

std::string quality_text(const QualityReport& report) {
    std::vector<std::vector<std::string>> checks = {{"check", "passed", "failed", "share"}};
    for (const CheckQuality& one : report.checks)
        checks.push_back({one.name, human_count(one.passed), human_count(one.failed),
                          percent_text(one.passed, one.passed + one.failed)});
    std::vector<std::vector<std::string>> groups = {
        {"group", "name", "documents", "ok", "partial", "no data", "failed", "lines", "confidence"}};
    for (const GroupQuality& one : report.groups)
        groups.push_back({one.group, fit_width(one.name, 40), human_count(one.documents), human_count(one.ok),
                          human_count(one.partial), human_count(one.no_data), human_count(one.failed),
                          human_count(one.lines),
                          one.ok + one.partial > 0 ? decimal_text(one.confidence, 2) : std::string()});
    return cat(aligned_text(checks, {1, 2, 3}), "\n", aligned_text(groups, {2, 3, 4, 5, 6, 7, 8}));
}

}  // namespace hone::invoice
