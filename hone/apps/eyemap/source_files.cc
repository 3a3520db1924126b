#include "hone/apps/eyemap/source_files.h"

#include <algorithm>
#include <utility>

#include "hone/apps/eyemap/json_slices.h"
#include "hone/apps/eyemap/neuron_rows.h"
#include "hone/apps/eyemap/query_answer.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/csv_reader.h"

namespace hone::eyemap {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Commas, semicolons or tabs; only an empty cell is missing.
CsvOptions csv_options() {
    CsvOptions options;
    options.missing.clear();
    options.separator = 0;
    return options;
}

/// The same for all rows: what is read at once leaves most of the memory to what becomes of it.
CsvOptions csv_options_within(Budget& budget) {
    constexpr std::uint64_t kChunkBytes = std::uint64_t{12} << 20;
    constexpr std::uint64_t kShare = 4;
    CsvOptions options = csv_options();
    options.most_chunks_at_once =
        static_cast<std::size_t>(std::max<std::uint64_t>(budget.attainable() / kShare / kChunkBytes, 1));
    return options;
}

bool is_json(Run& run, const Input& input) {
    constexpr std::size_t kLooked = 4096;
    std::string start(std::min<std::uint64_t>(kLooked, input.size_bytes()), ' ');
    const auto file = run.files().open(input.path);
    start.resize(file->read_at(0, std::as_writable_bytes(std::span(start))));
    std::string_view text = start;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    return trim(text).starts_with('{');
}

/// The text of a JSON input, charged while it lives.
struct JsonText {
    JsonText(Run& run, const Input& input)
        : held(run.budget(), input.size_bytes()), bytes(run.read(input)), text(bytes) {
        if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    }
    Reservation held;
    std::string bytes;
    std::string_view text;
};

int first_layer(const ReadRules& rules) {
    return rules.legacy.layers_from_zero ? 0 : 1;
}

/// Calls fn() and adds the path to the message of an Error of the input.
template <class Fn>
decltype(auto) within(const Input& input, Fn&& fn) {
    try {
        return fn();
    } catch (const Error& error) {
        if (error.fault() != Fault::Input || error.message().find(input.path.string()) != std::string::npos) throw;
        throw error.within(input.path.string());
    }
}

RowBatch batch_of(const CsvChunk& chunk, FunctionRef<std::string(std::size_t, std::size_t)> raw) {
    RowBatch batch{.rows = chunk.rows, .lines = chunk.lines, .columns = {}, .raw = raw};
    for (const CsvChunk::Values& values : chunk.columns)
        batch.columns.push_back(&values);
    return batch;
}

/// One pass over the wanted columns of a table, whatever its form.
void for_each_batch(Run& run, const Input& input, const SourceFile& file, const RowLayout& layout,
                    const std::function<void(const RowBatch&)>& take,
                    const std::function<void(std::uint64_t row, std::size_t fields)>& misshapen) {
    if (file.form == SourceFile::Form::Answer) {
        const JsonText json(run, input);
        return within(input, [&] { read_answer(open_answer(json.text), layout, take, misshapen); });
    }
    run.chunks("read rows", input, layout.wanted, csv_options_within(run.budget()), [&](CsvChunk& chunk) {
        for (const auto& [line, fields] : chunk.misshapen)
            misshapen(line, fields);
        take(batch_of(chunk, [&](std::size_t row, std::size_t column) { return chunk.raw(row, column); }));
    });
}

/// Decides how the numbers of a file's place names are read, and says so.
ColumnBase decided_base(Run& run, const Input& input, const SourceFile& file, std::uint16_t index, Intake& intake) {
    const ColumnBase base = intake.rules().column_base;
    if (base != ColumnBase::Auto) return base;
    RowLayout names;
    const bool is_neurons = file.layout.kind == TableKind::Neurons;
    names.wanted = {file.layout.wanted[*file.layout[is_neurons ? Role::PlaceInfo : Role::Place]]};
    bool has_letter = false;
    const auto look = [&](const RowBatch& batch) {
        for (const std::string_view text : batch.columns[0]->texts) {
            const auto place = is_neurons ? std::nullopt : split_place_name(trim(text));
            has_letter = has_letter || (is_neurons ? has_letter_in_place_info(text) : place && place->has_letter());
        }
    };
    for_each_batch(run, input, file, names, look, [](std::uint64_t, std::size_t) {});
    intake.log().add({Finding::HexLetter,
                      Severity::Note,
                      {index, 0},
                      {},
                      cat("numbers of place names are read as ", has_letter ? "hexadecimal" : "decimal")});
    return has_letter ? ColumnBase::Hex : ColumnBase::Decimal;
}

/// Gives the columns of a document to the intake.
class DocumentRows {
public:
    DocumentRows(Intake& intake, std::uint16_t file) : intake_(intake), file_(file) {}

    void take_type(std::string_view name, std::uint64_t line) {
        type_ = intake_.type(name, {file_, line}, [&] { return std::string(name); });
        intake_.want(type_);
    }

    void take(const DocumentColumn& column) {
        const RowPlace place{file_, column.line};
        std::vector<DocumentProblem> problems = column.problems;
        const auto set = set_of_column(column, problems);
        bool is_bad = !set;
        for (const DocumentProblem& problem : problems) {
            const std::string key =
                cat(intake_.key_text(type_, set), ", columns[", column.position, "].", problem.field);
            const Found found{problem.finding, problem.severity, place, problem.field, cat(key, ": ", problem.text)};
            intake_.report(found, type_, set);
            is_bad = is_bad || problem.severity == Severity::Error;
        }
        tell_unknown(column.unknown, place);
        if (!is_bad) add(column, *set, place);
    }

    void tell_unknown(const std::vector<std::string>& names, RowPlace place) {
        if (!names.empty())
            intake_.log().add({Finding::MissingField,
                               Severity::Note,
                               place,
                               {},
                               cat("members that mean nothing here are not read: ", join(names, ", "))});
    }

private:
    std::optional<SetNumber> set_of_column(const DocumentColumn& column, std::vector<DocumentProblem>& problems) {
        const auto side = parse_column_side(column.side);
        if (!side && !column.side.empty())
            problems.push_back(
                {Finding::BadSide, Severity::Error, "side", cat("expected L or R, found ", column.side)});
        if (column.region.empty()) return std::nullopt;
        const auto region = intake_.regions().find(column.region);
        const bool is_skipped = intake_.rules().skips_unknown_regions;
        if (!region)
            problems.push_back({Finding::UnknownRegion, is_skipped ? Severity::Note : Severity::Error, "region",
                                cat("expected one of ", intake_.regions().names(), ", found ", column.region)});
        if (!region || !side) return std::nullopt;
        return set_number(*region, *side);
    }

    void add(const DocumentColumn& column, SetNumber set, RowPlace place) {
        ColumnRow row{.column = column_key(set, column.hex),
                      .synapses = column.synapses,
                      .cells = column.cells,
                      .pre = column.pre,
                      .post = column.post,
                      .values = {},
                      .place = place};
        for (const auto& [name, value] : column.values)
            row.values.emplace_back(intake_.value_name(name), value);
        bool is_seen = std::max({row.synapses, row.cells, row.pre, row.post}) > 0;
        intake_.add(type_, row);
        const auto known = static_cast<std::int32_t>(intake_.regions()[region_of(set)].layers.size());
        for (const DocumentColumn::Layer& layer : column.layers) {
            is_seen = is_seen || layer.synapses > 0 || layer.cells > 0;
            intake_.add(type_, LayerRow{row.column, layer.layer, layer.synapses, layer.cells, false, place});
            if (layer.layer > known)
                intake_.report(found(Finding::UnknownLayer, place, "layers",
                                     cat(intake_.key_text(type_, set), ", columns[", column.position, "]: layer ",
                                         layer.layer, " is beyond the ", known, " of the region")),
                               type_, set);
        }
        if (is_seen) intake_.see(row.column);
    }

    Intake& intake_;
    std::uint16_t file_;
    std::uint32_t type_ = Intake::kNoType;
};

void read_document(Run& run, const Input& input, const SourceFile& file, std::uint16_t index, Intake& intake) {
    const JsonText json(run, input);
    DocumentRows rows(intake, index);
    rows.tell_unknown(file.head.unknown, {index, 0});
    const auto take_type = [&](std::string_view name, std::uint64_t line) { rows.take_type(name, line); };
    const auto take_column = [&](const DocumentColumn& column) {
        run.cancel().check();
        rows.take(column);
    };
    const auto take_bad = [&](std::uint64_t line, const DocumentProblem& problem) {
        intake.log().add({problem.finding, problem.severity, {index, line}, problem.field, problem.text});
    };
    within(input, [&] {
        read_document_types(json.text, first_layer(intake.rules()), {take_type, take_column, take_bad});
    });
    for (const auto& [name, mask] : file.head.universe) {
        const std::size_t cut = name.rfind('_');
        const auto side = cut == std::string::npos ? std::nullopt : parse_column_side(name.substr(cut + 1));
        const auto region = side ? intake.regions().find(name.substr(0, cut)) : std::nullopt;
        if (!region) {
            intake.log().add(found(Finding::UnknownRegion, {index, 0}, "universe",
                                   cat("expected the columns of a known region and side, as ME_R, found ", name)));
            continue;
        }
        for (const Hex hex : mask)
            intake.list(column_key(set_number(*region, *side), hex));
    }
}

}  // namespace

SourceFile open_source_file(Run& run, const Input& input, std::optional<TableKind> kind, const ReadRules& rules) {
    SourceFile file;
    std::vector<std::string> names;
    if (!is_json(run, input)) {
        names = CsvReader(run.files(), input.path, csv_options()).header().names;
    } else {
        const JsonText json(run, input);
        const bool holds_types = within(input, [&] { return is_document(json.text); });
        file.form = holds_types ? SourceFile::Form::Document : SourceFile::Form::Answer;
        within(input, [&] {
            if (holds_types)
                file.head = read_document_head(json.text);
            else
                names = open_answer(json.text).columns;
        });
    }
    if (file.form == SourceFile::Form::Document) return file;
    file.fields = names.size();
    file.layout = layout_rows(names, kind, first_layer(rules), input.path.string());
    return file;
}

void read_source_file(Run& run, const Input& input, const SourceFile& file, std::uint16_t index, CellUse use,
                      Intake& intake) {
    if (file.form == SourceFile::Form::Document) return read_document(run, input, file, index, intake);
    const bool is_neurons = file.layout.kind == TableKind::Neurons;
    const bool has_places = is_neurons || file.layout.kind == TableKind::Rois;
    const ColumnBase base = has_places ? decided_base(run, input, file, index, intake) : ColumnBase::Decimal;
    std::optional<NeuronRows> neurons;
    std::optional<TableRows> table;
    if (is_neurons)
        neurons.emplace(intake, file.layout, index, use, base);
    else
        table.emplace(intake, file.layout, index, use, base);
    TableRows& rows = is_neurons ? neurons->places() : *table;
    const auto take = [&](const RowBatch& batch) { is_neurons ? neurons->take(batch) : table->take(batch); };
    for_each_batch(run, input, file, file.layout, take,
                   [&](std::uint64_t line, std::size_t fields) { rows.take_misshapen(line, fields, file.fields); });
    rows.finish();
}

}  // namespace hone::eyemap
