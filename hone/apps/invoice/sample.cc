#include "hone/apps/invoice/sample.h"

#include <limits>
#include <optional>
#include <utility>

#include "hone/apps/invoice/corrections.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/report_table.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// What is true of a document as corrections of it (corrections.h): its number, total, and the first line.
void add_corrections(const std::string& file, const Document& truth, ReportTable& table) {
    const auto add = [&](std::optional<std::int64_t> line, const char* field, const std::optional<std::string>& value) {
        if (value) table.text(file).text(field).count(line).text(*value);
    };
    for (const char* field : {"vendor", "number", "total"})
        add({}, field, field_text(truth, field));
    if (truth.lines.empty()) return;
    for (const char* field : {"product_code", "description", "unit_price", "extended"})
        add(1, field, field_text(truth.lines.front(), field));
}

Outputs sample(Run& run, const SampleOptions& options) {
    ReportTable corrections({{"file"}, {"field"}, {"line", CellKind::Count}, {"corrected"}});
    const auto write = [&](const std::string& name, std::string_view media_type, std::string_view bytes) {
        ArtifactSink sink(run.artifact(name.substr(0, name.rfind('.')), std::string(media_type)));
        sink.write(bytes);
        sink.finish();
    };
    const auto tell = [&](const std::string& name, const Document& truth) {
        add_corrections(name, truth, corrections);
    };
    const std::size_t pages = write_sample(options, write, tell);
    Outputs outputs;
    outputs.table("corrections", std::move(corrections).finish());
    outputs.summary() = Json::object();
    outputs.summary().set("documents", options.count).set("pages", pages);
    return outputs;
}

/// Moves the places that the table names by one, so that a reader has to look for the objects.
void break_places(std::string& bytes) {
    const std::size_t table = bytes.rfind("\nxref\n");
    for (std::size_t at = bytes.find(" 00000 n", table); at != std::string::npos; at = bytes.find(" 00000 n", at + 1))
        bytes[at - 1] = bytes[at - 1] == '9' ? '0' : static_cast<char>(bytes[at - 1] + 1);
}

}  // namespace

std::string sample_pdf(const Sample& sample, const SampleDamage& damage) {
    PdfOddities oddities;
    if (damage.drawn_font) oddities.font = PdfOddities::Font::Drawn;
    if (damage.unknown_font) oddities.font = PdfOddities::Font::Unknown;
    if (damage.encrypted) oddities.password = "";
    if (damage.password) oddities.password = kSamplePassword;
    oddities.has_loop = damage.page_loop;
    oddities.has_bomb_page = damage.deflate_bomb;
    oddities.has_bomb_attachment = damage.attachment_bomb;
    std::vector<PdfAttachment> attachments = sample.attachments;
    for (int i = 0; damage.attachment_bomb && i < 40; ++i)
        attachments.push_back({cat("note-", i, ".txt"), "text/plain", "Data", "one of many"});
    std::string bytes;
    write_pdf(
        sample.pages, attachments, [&](std::string_view piece) { bytes += piece; }, oddities);
    if (damage.broken_xref) break_places(bytes);
    if (damage.truncated) bytes.resize(bytes.size() - bytes.size() / 3);
    return bytes;
}

std::size_t write_sample(const SampleOptions& options, const SampleSink& sink, const SampleTruth& tell) {
    const SampleDamage damage = sample_damage(options.damage);
    std::size_t pages = 0;
    for (std::int64_t i = 0; i < options.count; ++i) {
        const std::uint64_t start = static_cast<std::uint64_t>(options.start) + static_cast<std::uint64_t>(i);
        const Sample sample = make_sample(options.kind.at(0), static_cast<std::size_t>(options.lines), start, damage);
        const std::string name = cat(options.kind, "-", start);
        sink(name + ".pdf", "application/pdf", sample_pdf(sample, damage));
        sink(name + ".json", "application/json", document_json(sample.truth, JsonDetail::Values).dump() + "\n");
        if (tell) tell(name + ".pdf", sample.truth);
        if (sample.second)
            sink(name + "-second.json", "application/json",
                 document_json(*sample.second, JsonDetail::Values).dump() + "\n");
        if (!sample.template_text.empty()) sink(name + ".yml", "application/yaml", sample.template_text);
        pages += sample.pages.size();
    }
    return pages;
}

Task sample_task() {
    Params<SampleOptions> params;
    params(&SampleOptions::kind, "kind",
           "A acknowledgement and B invoice of home decor, R stationery, H seasonal goods, K books, G European invoice")
        .one_of({"A", "B", "R", "H", "K", "G"});
    params(&SampleOptions::lines, "lines", "Lines of each document").in_range(1, 4000);
    params(&SampleOptions::start, "start", "Start of the random source; the next document has the next number")
        .in_range(0, std::numeric_limits<std::int64_t>::max() - 100'000);
    params(&SampleOptions::damage, "damage", "What to make worse").one_of(sample_damage_names());
    params(&SampleOptions::count, "count", "Documents").in_range(1, 10'000);
    return make_task("sample", "Write synthetic invoices as PDF with what is true of them", 1, params, &sample)
        .uncached();
}

}  // namespace hone::invoice
