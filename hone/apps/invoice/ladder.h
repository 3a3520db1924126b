#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/document_text.h"
#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/printed_day.h"
#include "hone/apps/invoice/profile_set.h"
#include "hone/apps/invoice/template_extract.h"
#include "hone/parallel/cancel.h"

namespace hone::invoice {

/// Which steps may be taken.
enum class Method : std::uint8_t { Auto, Xml, Template, Profile, Generic };

struct LadderRules {
    const TemplateSet* templates = nullptr;  ///< nullptr: the step of templates is left out
    std::span<const VendorProfile> profiles = vendor_profiles();
    std::string profile = "auto";  ///< "auto" or the name of one of `profiles`
    Method method = Method::Auto;
    std::optional<DateOrder> day_order;  ///< of days in numbers on pages; nothing: as the document shows
    const Cancel* cancel = nullptr;      ///< looked at before each step, which takes seconds for text of 100,000 lines
};

/// A document as the ladder leaves it, not yet checked, and what its templates said.
struct LadderResult {
    Document document;
    std::string layout;       ///< its text, if templates were tried
    std::string fingerprint;  ///< of its text (duplicates.h)
    std::optional<TemplateExtraction> extraction;
};

/// Reads the documents of a file (several, if their numbers or page marks tell them apart) by the first step that gives
/// a number and a total or a line: electronic invoice in XML, templates in the order of the set, the profile of the
/// vendor over the table model, the general profile. Later steps fill only what is absent
/// and mark it in the rule of each value; where two steps know the number or the total, a check says whether they
/// agree. `ladder` of the document tells each step with its reason. Nothing is repaired. Pure; thread-safe.
std::vector<LadderResult> climb(const DocumentText& text, const LadderRules& rules);

/// What the template step saw: the template that matched, with what it lacks, or the nearest three with the keywords
/// that each of them lacks.
std::string template_story(const TemplateExtraction& extraction);

/// The template step alone, as invoice2data does it: the layout text, then what recognition read.
TemplateExtraction extract_by_template(const DocumentText& text, const TemplateSet& templates);

}  // namespace hone::invoice
