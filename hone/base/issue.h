#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

template <class T>
struct Codec;

enum class Severity : std::uint8_t { Note, Warning, Error };

/// "note", "warning" or "error".
std::string_view severity_name(Severity severity);

/// Bad data in one place; the run goes on. Compared by id, file, row, column, message: the order of reports.
struct Issue {
    std::string id;        ///< `app.kebab-name`, explained by `hone help ID`
    std::string file;      ///< path as the user gave it; empty if none
    std::int64_t row = 0;  ///< line number in the file, from 1; 0 if none
    std::string column;    ///< column or parameter; empty if none
    Severity severity = Severity::Warning;
    std::string message;

    // clang-tidy 14 takes the zero in a defaulted comparison for a pointer.
    auto operator<=>(const Issue&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// Issues of a run: all are counted, the first 1,000 of each id (in Issue order) are kept.
/// The kept set does not depend on the order of adding, so parallel readers may merge theirs in any order. Not
/// thread-safe.
class IssueList {
public:
    static constexpr std::size_t kKeptPerId = 1000;

    void add(Issue issue);
    /// Counts `count` more issues of `id` whose details are not known any more.
    void add_count(const std::string& id, Severity severity, std::uint64_t count);
    void merge(const IssueList& other);
    /// Turns every warning of the ids given into an error; what `--strict` does.
    void raise_to_error(const std::vector<std::string>& ids);

    /// Replaces `file` by its entry in `names` where there is one; kept Issues stay those that were kept.
    void rename_files(const std::map<std::string, std::string>& names);

    bool empty() const { return kinds_.empty(); }
    std::uint64_t count() const;
    std::uint64_t count(Severity severity) const;
    std::uint64_t count(const std::string& id) const;
    /// Ids with their counts, sorted by id.
    std::map<std::string, std::uint64_t> counts() const;
    /// Kept issues in Issue order.
    std::vector<Issue> kept() const;

private:
    friend struct Codec<IssueList>;
    struct Kind {
        std::uint64_t count = 0;
        std::map<Severity, std::uint64_t> by_severity;
        std::multiset<Issue> kept;
    };
    std::map<std::string, Kind> kinds_;
};

}  // namespace hone
