#include <array>

#include "hone/apps/invoice/compat.h"
#include "hone/apps/invoice/template_extract.h"
#include "hone/base/error.h"

/// Any text is a template or is skipped with a reason; a template applied to a text gives an output that prints, or a
/// failure with a code. The text behind the first form feed is the document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone::invoice;
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = all.find('\f');
    const std::array<TemplateText, 2> files = {TemplateText{"a.yml", std::string(all.substr(0, cut)), false},
                                               TemplateText{"b.yml", std::string(all.substr(0, cut)), true}};
    const TemplateSet set = load_template_texts(files);
    for (const hone::Issue& issue : set.warnings)
        hone::check(!issue.message.empty(), "a skipped template has a reason");
    if (cut == std::string_view::npos) return 0;
    const TemplateExtraction made = extract_with_template(set, {all.substr(cut + 1), {}, TemplateReader::Text});
    hone::check(made.output.has_value() == made.failure_code.empty(), "an output or a failure");
    if (made.output) {
        const std::array<Data, 1> outputs = {*made.output};
        hone::check(!compat_json(outputs).empty() && !compat_csv(outputs).empty() && !compat_xml(outputs).empty(),
                    "an output prints");
    }
    return 0;
}
