#include <algorithm>

#include "hone/apps/invoice/template_run.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

const Data* member_of(const Data& table, std::string_view part, std::string_view name) {
    const Data* found = table.find(part);
    return found == nullptr ? nullptr : found->find(name);
}

// A cell by its name and the table's types; nothing if it is a date that cannot be read. A group that took no part is
// empty where there is a type, and null where there is none.
std::optional<Data> cell_value(TemplateRun& run, const Data& table, const std::string& name, std::string_view text,
                               bool took_part) {
    if (name.starts_with("date") || name.ends_with("date")) {
        Data date = run.coerce(text, "date");
        if (date.is_null()) return std::nullopt;
        return date;
    }
    if (name.starts_with("amount")) return run.coerce(text, "float");
    if (const Data* type = member_of(table, "types", name)) return run.coerce(text, python_text(*type));
    const Data* field = member_of(table, "fields", name);
    const Data* type = field == nullptr ? nullptr : field->find("type");
    if (type != nullptr) return run.coerce(text, python_text(*type));
    return took_part ? Data(text) : Data();
}

// Adds a value: a second one for a name makes a list.
void add_value(Data& result, const std::string& name, Data value) {
    Data* old = result.find(name);
    if (old == nullptr)
        result.set(name, std::move(value));
    else if (Data::Array* items = old->items())
        items->push_back(std::move(value));
    else
        *old = Data(Data::Array{std::move(*old), std::move(value)});
}

// The part of the text that a table lies in.
std::optional<std::string_view> table_text(TemplateRun& run, const Data& table, std::string_view text) {
    const Data *start = table.find("start"), *end = table.find("end");
    if (start == nullptr || end == nullptr || table.find("body") == nullptr) {
        run.fail("template_error", "a table needs start, end and body");
        return std::nullopt;
    }
    const std::vector<Span> first = run.search(python_text(*start), text);
    const std::vector<Span> last = run.search(python_text(*end), text);
    if (first.empty() || last.empty()) {
        if (!run.trouble) run.warn(cat("no table between ", python_text(*start), " and ", python_text(*end)));
        return std::nullopt;
    }
    if (last[0].begin < first[0].end) return std::string_view();
    return text.substr(first[0].end, last[0].begin - first[0].end);
}

// Values of a line; false drops the table.
bool read_line(TemplateRun& run, const Data& table, std::string_view line, Data& result) {
    const std::string body = python_text(*table.find("body"));
    const std::vector<Span> spans = run.search(body, line);
    if (run.trouble) return false;
    if (spans.empty()) return true;
    const std::vector<std::string>& names = run.pattern(body)->translation().names;
    for (std::size_t group = 1; group < names.size(); ++group) {
        const bool took_part = spans[group].took_part();
        if (names[group].empty() || (!took_part && names[group].starts_with("amount"))) continue;
        const std::string_view text = took_part ? span_text(line, spans[group]) : std::string_view();
        std::optional<Data> value = cell_value(run, table, names[group], text, took_part);
        if (!value) run.warn(cat("no date in a table: ", names[group]));
        if (!value || run.trouble) return false;
        add_value(result, names[group], std::move(*value));
    }
    return true;
}

void group_columns(TemplateRun& run, const Data& table, Data& result) {
    for (auto& [name, value] : *result.members()) {
        const Data* field = member_of(table, "fields", name);
        const Data* group = field == nullptr ? nullptr : field->find("group");
        if (group == nullptr || run.trouble) continue;
        const std::string how = python_text(*group);
        const Data::Array values = value.items() != nullptr ? *value.items() : Data::Array{value};
        if (std::none_of(values.begin(), values.end(), [](const Data& one) { return one.is_truthy(); })) {
            value = Data(Data::Array{});
            continue;
        }
        Data grouped = group_values(run, values, how);
        if (grouped.is_null()) continue;  // an unknown way of grouping
        value = how == "join" ? Data(Data::Array{std::move(grouped)}) : std::move(grouped);
    }
}

void extract_table(TemplateRun& run, const Data& table, std::string_view text, Data& output) {
    const std::optional<std::string_view> inside = table_text(run, table, text);
    if (!inside) return;
    const Data* separator = table.find("line_separator");
    const std::string pattern = separator == nullptr ? "\n" : python_text(*separator);
    Data result{Data::Object{}};
    std::size_t done = 0;
    std::vector<std::vector<Span>> ends = run.find_all(pattern, *inside);
    ends.push_back({Span{inside->size(), inside->size()}});
    for (const std::vector<Span>& spans : ends) {
        const std::string_view line = inside->substr(done, spans[0].begin - done);
        done = spans[0].end;
        if (strip(line).empty()) continue;
        if (!read_line(run, table, line, result)) return;
    }
    group_columns(run, table, result);
    for (auto& [name, value] : *result.members())
        output.set(name, std::move(value));
}

}  // namespace

void extract_tables(TemplateRun& run, std::string_view text, Data& output) {
    const Data* tables = run.which.content.find("tables");
    if (tables == nullptr || tables->items() == nullptr) return;
    for (const Data& table : *tables->items()) {
        if (run.trouble) return;
        if (table.members() == nullptr) continue;
        if (table.find("camelot") != nullptr && table.find("body") == nullptr)
            run.warn("the camelot block of a table is not read");
        else
            extract_table(run, table, text, output);
    }
}

}  // namespace hone::invoice
