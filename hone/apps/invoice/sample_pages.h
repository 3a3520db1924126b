#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/pdf_writer.h"
#include "hone/apps/invoice/sample_numbers.h"

namespace hone::invoice {

/// What is made worse about a sample. Drawn from a second source, so that everything else stays as it is; the truth
/// says what is printed.
struct SampleDamage {
    bool right_aligned = false;      ///< numbers end where their heading ends
    bool description_below = false;  ///< kind B: under the UPC instead of beside it
    bool wrapped = false;            ///< descriptions of more than 24 letters take two lines
    bool split = false;              ///< what stands below the last row of a page stands on top of the next
    bool headings_once = false;      ///< no headings of columns on later pages
    bool stray_word = false;         ///< `lo` in front of some units
    bool missing_upc = false;        ///< some lines print no UPC
    bool wrong_check_digit = false;  ///< some UPCs end wrong
    bool duplicate_code = false;     ///< some lines repeat the product code above
    bool rotated = false;            ///< pages are to be viewed turned by 90 degrees
    bool broken_xref = false;        ///< the table of places is shifted
    bool truncated = false;          ///< the last third of the file is missing
    bool no_pages = false;
    bool attached = false;                 ///< kind G: a file factur-x.xml of relation Alternative says the same
    bool attached_wrong_name = false;      ///< the same under another name
    bool attached_wrong_relation = false;  ///< the same with relation Unspecified
    bool attached_no_relation = false;     ///< the same without a relation
};

/// Names of the damages, as options spell them.
std::vector<std::string> sample_damage_names();
/// The damages of these names; Fault::Usage names one that does not exist.
SampleDamage sample_damage(std::span<const std::string> names);

/// A document as it is printed, and what is true of it.
struct Sample {
    Document truth;
    std::vector<PdfPage> pages;
    std::vector<PdfAttachment> attachments;
    std::string template_text;  ///< kind G: a template in YAML that reads it
};

/// The sample of `kind` (A, B, R, H, K or G) with `lines` lines. Equal arguments give equal samples everywhere.
/// Requires: lines > 0.
Sample make_sample(char kind, std::size_t lines, std::uint64_t start, const SampleDamage& damage);

}  // namespace hone::invoice
