#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/issue.h"
#include "hone/engine/task.h"

namespace hone::eyemap {

/// What can be wrong with data, in the order of the numbers EM01 to EM24.
enum class Finding : std::uint8_t {
    BadNumber,
    MissingField,
    BadSide,
    UnknownRegion,
    NegativeCount,
    CoordinateRange,
    DuplicateColumn,
    OutsideUniverse,
    UnknownLayer,
    LayerSum,
    LayerCells,
    CellsWithoutSynapses,
    UnlayeredRows,
    HexLetter,
    NotFinite,
    BadText,
    NameCollision,
    Hole,
    BodyConflict,
    Outlier,
    OneEye,
    SmallUniverse,
    ConstantMap,
    EmptyMap
};
inline constexpr std::size_t kFindings = 24;

/// "eyemap.bad-number"
std::string finding_id(Finding finding);
/// "EM01"
std::string finding_number(Finding finding);
/// Error for EM01 to EM07, EM14 and EM15; Note for what is merely told; Warning otherwise.
Severity usual_severity(Finding finding);

/// Pages of all findings for `hone help`: by id; each begins with its number.
std::vector<Notice> notices();

/// A row of an input.
struct RowPlace {
    std::uint16_t file = 0;                             ///< index of the input
    std::uint64_t line = 0;                             ///< from 1; 0: the file as a whole
    auto operator<=>(const RowPlace&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};

/// A finding on its way to the list of Issues.
struct Found {
    Finding finding = Finding::BadNumber;
    Severity severity = Severity::Error;
    RowPlace place;
    std::string column;   ///< of the file; may be empty
    std::string message;  ///< says the key, what was expected and what was found
};
/// A finding of the usual severity.
Found found(Finding finding, RowPlace place, std::string column, std::string message);

/// Puts findings into a run's Issues and counts the errors of each file. Not thread-safe.
class FindingLog {
public:
    static constexpr std::uint64_t kMostErrors = 100;

    /// `files` are the labels and paths of the inputs. With `is_strict` every warning is an error.
    FindingLog(IssueList& issues, std::vector<std::pair<std::string, std::string>> files, bool is_strict)
        : issues_(issues), files_(std::move(files)), errors_(files_.size()), is_strict_(is_strict) {}

    /// True if it is an error, which makes its map fail. Fault::Input at the error after kMostErrors of a file.
    bool add(const Found& found);

private:
    IssueList& issues_;
    std::vector<std::pair<std::string, std::string>> files_;
    std::vector<std::uint64_t> errors_;
    bool is_strict_;
};

}  // namespace hone::eyemap
