#include "hone/apps/eyemap/check_task.h"

#include "hone/apps/eyemap/feed.h"
#include "hone/apps/eyemap/findings.h"
#include "hone/apps/eyemap/map_checks.h"

namespace hone::eyemap {
namespace {

void tell(Run& run, const Found& what, bool is_strict) {
    const bool is_error = what.severity == Severity::Warning && is_strict;
    run.issues().add({.id = finding_id(what.finding),
                      .file = {},
                      .row = 0,
                      .column = what.column,
                      .severity = is_error ? Severity::Error : what.severity,
                      .message = what.message});
}

/// How often each kind of finding came, also those that never did.
Table counts_table(const IssueList& issues) {
    TextData numbers, ids, severities;
    std::vector<std::int64_t> counts;
    for (std::size_t i = 0; i < kFindings; ++i) {
        const auto finding = static_cast<Finding>(i);
        numbers.push_back(finding_number(finding));
        ids.push_back(finding_id(finding));
        severities.push_back(severity_name(usual_severity(finding)));
        counts.push_back(static_cast<std::int64_t>(issues.count(finding_id(finding))));
    }
    return Table({Column::text("number", std::move(numbers)), Column::text("id", std::move(ids)),
                  Column::text("severity", std::move(severities)), Column::int64("count", std::move(counts))});
}

}  // namespace

Outputs check_data(Run& run, const SourceOptions& options) {
    TypeFeed feed(run, options, false);
    feed.for_each_group(feed.names(), [&](const std::vector<const CellType*>& types) {
        for (const CellType* type : types) {
            run.cancel().check();
            for (const Found& what : check_maps(*type, feed.regions(), feed.universe(), Metric{}))
                tell(run, what, options.strict);
        }
    });
    Outputs outputs;
    outputs.summary().set("types", static_cast<std::int64_t>(feed.names().size()));
    outputs.summary().set("errors", static_cast<std::int64_t>(run.issues().count(Severity::Error)));
    outputs.summary().set("warnings", static_cast<std::int64_t>(run.issues().count(Severity::Warning)));
    outputs.summary().set("notes", static_cast<std::int64_t>(run.issues().count(Severity::Note)));
    outputs.table("findings", counts_table(run.issues()));
    return outputs;
}

Task check_task() {
    Params<SourceOptions> params;
    declare_source(params);
    return make_task("check", "Quality of a data set: mistakes in rows, holes, outliers, eyes that differ", 1, params,
                     &check_data);
}

}  // namespace hone::eyemap
