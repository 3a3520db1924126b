#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
    // Pages as a scanner makes them: pictures without text, by the first of these that is set, else 300 dpi.
    bool scan_150 = false, scan_200 = false, scan_300 = false;
    bool skewed = false;            ///< scanned, leaning by 0.5 to 2 degrees either way
    bool noisy = false;             ///< scanned, with grain and specks on gray paper
    bool every_other_scan = false;  ///< of pages 2, 4, 6, ... only; the others keep their text
    bool text_under_image = false;  ///< scanned, with hidden text where it stands on the picture
    bool drawn_font = false;        ///< a Type 3 font with codes of its own and what they stand for
    bool unknown_font = false;      ///< the same without what they stand for: no text can be taken from it
    bool encrypted = false;         ///< with an empty password
    bool password = false;          ///< opens with the password "sample"
    bool page_loop = false;         ///< the tree of pages holds itself
    bool deflate_bomb = false;      ///< a last page whose content grows to 96 MiB
    bool attachment_bomb = false;   ///< a file inside that grows to 96 MiB, and 40 small ones
    bool many_pages = false;        ///< empty pages up to 2,000
    bool two_invoices = false;      ///< a second document of the same kind follows in the same file
};

/// Opens the samples that have a password.
constexpr std::string_view kSamplePassword = "sample";

/// Names of the damages, as options spell them.
std::vector<std::string> sample_damage_names();
/// The damages of these names; Fault::Usage names one that does not exist.
SampleDamage sample_damage(std::span<const std::string> names);

/// A document as it is printed, and what is true of it.
struct Sample {
    Document truth;
    std::vector<PdfPage> pages;
    std::vector<PdfAttachment> attachments = {};
    std::string template_text;            ///< kind G: a template in YAML that reads it
    std::optional<Document> second = {};  ///< what is true of the second document, where there are two
};

/// The sample of `kind` (A, B, R, H, K or G) with `lines` lines. Equal arguments give equal samples everywhere.
/// Requires: lines > 0.
Sample make_sample(char kind, std::size_t lines, std::uint64_t start, const SampleDamage& damage);

}  // namespace hone::invoice
