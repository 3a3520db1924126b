#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/table/table.h"

namespace hone::invoice {

/// How often a check was made and held.
struct CheckQuality {
    std::string name;
    std::int64_t passed = 0, failed = 0;
};

/// Documents that have something in common.
struct GroupQuality {
    std::string group;  ///< "all", "vendor", "template", "profile", "method"
    std::string name;   ///< of the vendor, ...; empty if the documents have none
    std::int64_t documents = 0, ok = 0, partial = 0, no_data = 0, failed = 0;
    std::int64_t lines = 0;
    std::int64_t checks_passed = 0, checks_failed = 0;
    Decimal confidence;  ///< mean over the documents that have data, exact to four places; zero without such
};

struct QualityReport {
    std::vector<CheckQuality> checks;  ///< by name
    std::vector<GroupQuality> groups;  ///< by group in the order above, then by name
};

/// Counts checks and documents that come one after the other. Not thread-safe.
class QualityCounter {
public:
    void add(const Document& document);
    QualityReport report() const;

private:
    /// A group while it grows: confidences are added as whole ten-thousandths, so that their order does not matter.
    struct Growing {
        GroupQuality group;
        std::int64_t confidences = 0, with_data = 0;
        void add(const Document& document);
        GroupQuality finished() const;
    };
    std::map<std::string, CheckQuality> checks_;
    std::map<std::pair<std::size_t, std::string>, Growing> groups_;
};

/// Counts checks and documents. Documents that a template won are grouped by it, others by profile. Does not depend on
/// the order of the documents.
QualityReport quality_of(std::span<const Document> documents);

/// The report as the table `quality`: a row for each check (passed, failed, share), then one for each group.
Table quality_table(const QualityReport& report);
/// The report for people: two tables in plain text.
std::string quality_text(const QualityReport& report);

}  // namespace hone::invoice
