#include <algorithm>

#include "hone/apps/invoice/template_run.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

// The settings of one rule of a lines field.
struct LineRule {
    const Data* settings = nullptr;
    std::string start, end, separator = "\n";
    std::vector<std::string> first_line, line, last_line, skip_line;
    bool ends_last = false, may_replace = false;
};

using Row = Data::Object;

// The first of the patterns that is found in a line.
struct Found {
    const Pattern* pattern = nullptr;
    std::vector<Span> spans;
};
Found find_line(TemplateRun& run, const std::vector<std::string>& patterns, std::string_view line) {
    for (const std::string& source : patterns) {
        std::vector<Span> spans = run.search(source, line);
        if (run.trouble) return {};
        if (!spans.empty()) return {run.pattern(source), std::move(spans)};
    }
    return {};
}

void merge(Data& row, const Found& found, std::string_view line) {
    const std::vector<std::string>& names = found.pattern->translation().names;
    for (std::size_t group = 1; group < names.size(); ++group) {
        if (names[group].empty()) continue;
        const Data* old = row.find(names[group]);
        std::string text = old != nullptr && old->text() != nullptr ? *old->text() : std::string();
        if (!text.empty()) text += '\n';
        text += strip(span_text(line, found.spans[group]));
        row.set(names[group], Data(std::move(text)));
    }
}

std::vector<std::string_view> split_lines(TemplateRun& run, std::string_view separator, std::string_view text) {
    std::vector<std::string_view> lines;
    std::size_t done = 0;
    for (const std::vector<Span>& spans : run.find_all(separator, text)) {
        lines.push_back(text.substr(done, spans[0].begin - done));
        done = spans[0].end;
    }
    lines.push_back(text.substr(done));
    return lines;
}

bool is_blank_line(std::string_view line) {
    return std::all_of(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; });
}

void push_row(Data& row, std::vector<Data>& rows) {
    if (row.is_truthy()) rows.push_back(std::move(row));
    row = Data(Row{});
}

void parse_block(TemplateRun& run, const LineRule& rule, std::string_view block, std::vector<Data>& rows) {
    Data row{Row{}};
    bool is_open = false;
    for (const std::string_view line : split_lines(run, rule.separator, block)) {
        if (run.trouble) return;
        if (is_blank_line(line) || find_line(run, rule.skip_line, line).pattern != nullptr) continue;
        if (const Found first = find_line(run, rule.first_line, line); first.pattern != nullptr) {
            push_row(row, rows);
            merge(row, first, line);
            is_open = true;
            continue;
        }
        if (!is_open) continue;
        if (const Found last = find_line(run, rule.last_line, line); last.pattern != nullptr) {
            merge(row, last, line);
            push_row(row, rows);
            is_open = false;
            continue;
        }
        if (const Found middle = find_line(run, rule.line, line); middle.pattern != nullptr) merge(row, middle, line);
    }
    push_row(row, rows);
}

void replace_in_rows(TemplateRun& run, const Data& replace, std::vector<Data>& rows) {
    if (const Data::Array* items = replace.items()) {
        for (const Data& item : *items)
            if (item.members() != nullptr) replace_in_rows(run, item, rows);
        return;
    }
    if (replace.members() == nullptr) return;
    for (const auto& [name, value] : *replace.members()) {
        std::string error;
        const auto pairs = replace_pairs(value, error);
        if (!error.empty()) run.fail("template_error", error);
        for (Data& row : rows) {
            if (run.trouble) return;
            Data* cell = row.find(name);
            if (cell != nullptr && cell->text() != nullptr) *cell = Data(run.replace(*cell->text(), pairs));
        }
    }
}

void type_rows(TemplateRun& run, const Data& types, std::vector<Data>& rows) {
    if (types.members() == nullptr) return;
    for (Data& row : rows)
        for (auto& [name, value] : *row.members()) {
            const Data* type = types.find(name);
            if (type == nullptr || value.text() == nullptr || run.trouble) continue;
            value = run.coerce(std::string(*value.text()), python_text(*type));
        }
}

std::vector<Data> parse_rule(TemplateRun& run, const LineRule& rule, std::string_view text) {
    std::vector<Data> rows;
    std::size_t blocks = 0;
    while (!run.trouble) {
        const std::vector<Span> start = run.search(rule.start, text);
        if (start.empty()) break;
        text.remove_prefix(start[0].end);
        std::vector<Span> end;
        if (rule.ends_last) {
            std::vector<std::vector<Span>> ends = run.find_all(rule.end, text);
            if (!ends.empty()) end = std::move(ends.back());
        } else {
            end = run.search(rule.end, text);
        }
        if (end.empty()) break;
        parse_block(run, rule, text.substr(0, end[0].begin), rows);
        ++blocks;
        text.remove_prefix(end[0].end);
        if (start[0].end == 0 && end[0].end == 0) break;  // start and end match nothing: no step forward
    }
    if (blocks == 0 && !run.trouble) run.warn(cat("no block of lines between ", rule.start, " and ", rule.end));
    if (const Data* replace = rule.settings->find("replace"); replace != nullptr && rule.may_replace)
        replace_in_rows(run, *replace, rows);
    if (const Data* types = rule.settings->find("types")) type_rows(run, *types, rows);
    return rows;
}

LineRule read_rule(TemplateRun& run, const Data& settings, bool is_rule) {
    LineRule rule;
    rule.settings = &settings;
    const Data *start = settings.find("start"), *end = settings.find("end"), *line = settings.find("line");
    if (start == nullptr || end == nullptr || line == nullptr) {
        run.fail("template_error", "a lines parser needs start, end and line");
        return rule;
    }
    rule.start = python_text(*start);
    rule.end = python_text(*end);
    rule.line = texts_of(line);
    rule.first_line = texts_of(settings.find("first_line"));
    rule.last_line = texts_of(settings.find("last_line"));
    rule.skip_line = texts_of(settings.find("skip_line"));
    if (settings.find("first_line") == nullptr && settings.find("last_line") == nullptr) rule.first_line = rule.line;
    if (const Data* which = settings.find("end_match")) {
        rule.ends_last = python_text(*which) == "last";
        if (!rule.ends_last && python_text(*which) != "first")
            run.warn(cat("end_match is neither first nor last: ", python_text(*which)));
    }
    rule.may_replace = is_rule || run.settings.lines_toplevel_replace;
    const Data* separator = settings.find("line_separator");
    if (separator != nullptr && rule.may_replace) rule.separator = python_text(*separator);
    return rule;
}

}  // namespace

Data parse_lines_field(TemplateRun& run, const Data& settings, std::string_view text) {
    run.hit_limit = false;
    std::vector<Data> rows;
    const auto add = [&](const Data& one, bool is_rule) {
        const LineRule rule = read_rule(run, one, is_rule);
        if (run.trouble) return;
        for (Data& row : parse_rule(run, rule, text))
            rows.push_back(std::move(row));
    };
    if (const Data* rules = settings.find("rules"); rules != nullptr && rules->items() != nullptr) {
        for (const Data& one : *rules->items())
            add(one, true);
    } else {
        add(settings, false);
    }
    if (run.trouble || run.hit_limit) return {};
    return Data(std::move(rows));
}

}  // namespace hone::invoice
