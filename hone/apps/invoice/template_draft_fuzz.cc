#include <array>

#include "hone/apps/invoice/template_draft.h"
#include "hone/apps/invoice/template_lint.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/apps/invoice/yaml_writer.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

/// Any text is drafted from without a crash; a draft is a template that loads without lint and gives each value that it
/// says was chosen; and any text comes back from YAML.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone::invoice;
    DraftDocument document;
    document.file = document.name = "a.txt";
    document.text = hone::valid_utf8({reinterpret_cast<const char*>(data), size});
    const ReadData scalar = read_yaml(write_yaml(Data(document.text)));
    hone::check(scalar.value && *scalar.value == Data(document.text), "a text comes back from YAML");
    document.scan = scan_draft(document.text);
    if (document.scan.issuer.end == 0) return 0;
    const std::array<const DraftDocument*, 1> documents = {&document};
    const TemplateDraft draft = draft_template(documents, {});
    hone::check(!draft.yaml.empty() || !draft.issues.empty(), "a draft or a reason");
    if (draft.yaml.empty()) return 0;
    const std::array<TemplateText, 1> file = {TemplateText{"a.yml", draft.yaml, false}};
    const TemplateSet set = load_template_texts(file);
    hone::check(set.templates.size() == 1 && set.warnings.empty(), "a draft loads");
    hone::check(lint_templates(file).empty(), "a draft has no lint");
    const TemplateExtraction read = extract_with_template(set, {document.text, {}, document.reader});
    hone::check(read.output.has_value(), "a draft reads its document");
    for (const DraftRow& row : draft.rows) {
        if (!row.is_chosen) continue;
        const Data* value = read.output->find(draft_field_name(row.field));
        hone::check(value != nullptr, "what was chosen is given");
        const Moment* day = std::get_if<Moment>(&value->value);
        hone::check((day != nullptr ? format_moment(*day, "%Y-%m-%d") : python_text(*value)) == row.value,
                    "what is given is what was seen");
    }
    return 0;
}
