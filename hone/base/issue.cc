#include "hone/base/issue.h"

#include <iterator>
#include <utility>

namespace hone {
namespace {

void keep(std::multiset<Issue>& kept, Issue issue) {
    kept.insert(std::move(issue));
    if (kept.size() > IssueList::kKeptPerId) kept.erase(std::prev(kept.end()));
}

}  // namespace

std::string_view severity_name(Severity severity) {
    switch (severity) {
        case Severity::Note:
            return "note";
        case Severity::Warning:
            return "warning";
        case Severity::Error:
            break;
    }
    return "error";
}

void IssueList::add(Issue issue) {
    Kind& kind = kinds_[issue.id];
    ++kind.count;
    ++kind.by_severity[issue.severity];
    keep(kind.kept, std::move(issue));
}

void IssueList::add_count(const std::string& id, Severity severity, std::uint64_t count) {
    if (count == 0) return;
    Kind& kind = kinds_[id];
    kind.count += count;
    kind.by_severity[severity] += count;
}

void IssueList::merge(const IssueList& other) {
    if (&other == this) {
        merge(IssueList(other));
        return;
    }
    for (const auto& [id, theirs] : other.kinds_) {
        Kind& ours = kinds_[id];
        ours.count += theirs.count;
        for (const auto& [severity, count] : theirs.by_severity)
            ours.by_severity[severity] += count;
        for (const Issue& issue : theirs.kept)
            keep(ours.kept, issue);
    }
}

void IssueList::raise_to_error(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
        const auto found = kinds_.find(id);
        if (found == kinds_.end()) continue;
        Kind& kind = found->second;
        const auto warnings = kind.by_severity.find(Severity::Warning);
        if (warnings == kind.by_severity.end()) continue;
        kind.by_severity[Severity::Error] += warnings->second;
        kind.by_severity.erase(warnings);
        std::multiset<Issue> raised;
        for (Issue issue : kind.kept) {
            if (issue.severity == Severity::Warning) issue.severity = Severity::Error;
            raised.insert(std::move(issue));
        }
        kind.kept = std::move(raised);
    }
}

void IssueList::rename_files(const std::map<std::string, std::string>& names) {
    for (auto& [id, kind] : kinds_) {
        std::multiset<Issue> renamed;
        for (Issue issue : kind.kept) {
            const auto name = names.find(issue.file);
            if (name != names.end()) issue.file = name->second;
            renamed.insert(std::move(issue));
        }
        kind.kept = std::move(renamed);
    }
}

std::uint64_t IssueList::count() const {
    std::uint64_t total = 0;
    for (const auto& [id, kind] : kinds_)
        total += kind.count;
    return total;
}

std::uint64_t IssueList::count(Severity severity) const {
    std::uint64_t total = 0;
    for (const auto& [id, kind] : kinds_) {
        const auto found = kind.by_severity.find(severity);
        if (found != kind.by_severity.end()) total += found->second;
    }
    return total;
}

std::uint64_t IssueList::count(const std::string& id) const {
    const auto found = kinds_.find(id);
    return found == kinds_.end() ? 0 : found->second.count;
}

std::map<std::string, std::uint64_t> IssueList::counts() const {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [id, kind] : kinds_)
        counts.emplace(id, kind.count);
    return counts;
}

std::vector<Issue> IssueList::kept() const {
    std::vector<Issue> all;
    for (const auto& [id, kind] : kinds_)
        all.insert(all.end(), kind.kept.begin(), kind.kept.end());
    return all;
}

}  // namespace hone
