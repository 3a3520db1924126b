#include "hone/apps/invoice/profile_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "hone/apps/invoice/profile_words.h"
#include "hone/apps/invoice/table_model.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

using Texts = std::vector<std::string>;

/// Text as it is looked for on pages: lower case, single blanks.
std::string searchable(std::string_view text) {
    Texts words;
    for (std::string& word : split(folded_case(text), ' '))
        if (!word.empty()) words.push_back(std::move(word));
    return join(words, " ");
}

std::string plain_words(std::string_view text) {
    return searchable(heading_text(text));
}

/// Puts `first` before what is there already; equal texts count once.
void put_before(Texts first, Texts& texts) {
    for (std::string& text : texts)
        if (std::find(first.begin(), first.end(), text) == first.end()) first.push_back(std::move(text));
    texts = std::move(first);
}

std::string stem_of(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    return name.substr(0, name.rfind('.'));
}

class ProfileReader {
public:
    ProfileReader(const ProfileFile& file, const VendorProfile* base) : file_(file), base_(base) {
        for (DataPlace& place : data_places(file.text)) {
            std::string path = place.path;
            places_[std::move(path)] = std::move(place);
        }
    }

    ReadProfile run() {
        for (const auto& [path, place] : places_)
            if (place.is_repeated) lint(path, "the key comes twice in one mapping; the last counts");
        fill();
        ReadProfile out;
        out.profile = std::move(profile_);
        out.issues = std::move(issues_);
        return out;
    }

private:
    void fill() {
        const Data& data = file_.data;
        if (base_ != nullptr) profile_ = *base_;
        profile_.name = file_.name;
        profile_.file = file_.path;
        profile_.extends = file_.extends;
        text_at(data, "name", "");
        text_at(data, "extends", "");
        if (auto vendor = text_at(data, "vendor", "")) profile_.vendor = *vendor;
        check_keys(data, "",
                   "name extends vendor detect kind kinds number date customer_po shapes columns totals row "
                   "continuation exclude ordered price");
        if (const auto kind = text_at(data, "kind", "")) {
            if (is_kind(*kind))
                profile_.kind = *kind;
            else
                lint("kind", expected_words(document_kinds(), *kind));
        }
        read_detection(data);
        read_kinds(data);
        read_labels(data);
        read_shapes(data);
        read_columns(data);
        read_totals(data);
        read_rows(data);
        check_whole();
    }

    /// Says what the profile lacks as a whole.
    void check_whole() {
        if (profile_.number_labels.empty())
            lint("", "there are no labels of numbers: no number is found (say `extends: generic` or number.labels)");
        else if (profile_.number_shapes.empty())
            lint("", "there are no shapes of numbers: no number is found (say `extends: generic` or number.shapes)");
        const bool is_found = file_.name == "generic" || !profile_.any_text.empty() || !profile_.domains.empty() ||
                              !profile_.detecting_shapes.empty();
        if (!is_found) lint("", "nothing detects the vendor (detect): only --profile takes it");
    }

    static bool is_kind(const std::string& word) {
        return std::find(document_kinds().begin(), document_kinds().end(), word) != document_kinds().end();
    }

    void read_detection(const Data& data) {
        const Data* detect = mapping_at(data, "detect", "");
        if (detect == nullptr) return;
        check_keys(*detect, "detect", "any_text domains rows");
        read_detecting_texts(*detect);
        const Data* rows = mapping_at(*detect, "rows", "detect");
        if (rows == nullptr) return;
        check_keys(*rows, "detect.rows", "code with min");
        replace_shapes(*rows, "code", "detect.rows", profile_.detecting_shapes);
        if (const auto with = text_at(*rows, "with", "detect.rows"); with && *with != "upc")
            lint("detect.rows.with", cat("rows are detected with upc only, not with ", *with));
        const Data* least = rows->find("min");
        if (least == nullptr) return;
        const auto* count = std::get_if<std::int64_t>(&least->value);
        if (count == nullptr || *count < 1 || *count > 1000)
            lint("detect.rows.min", "expected a count from 1 to 1000");
        else
            profile_.detecting_rows = static_cast<std::size_t>(*count);
    }

    void read_detecting_texts(const Data& detect) {
        Texts texts = words_at(detect, "any_text", "detect", &searchable);
        std::erase_if(texts, [&](const std::string& text) {
            if (is_too_short(text))
                lint("detect.any_text",
                     cat("'", text,
                         "' has fewer than three letters and stands on pages of anybody; say more of the name"));
            return is_too_short(text);
        });
        put_before(std::move(texts), profile_.any_text);
        Texts domains;
        for (const std::string& text : words_at(detect, "domains", "detect", &searchable)) {
            if (auto domain = plain_domain(text))
                domains.push_back(std::move(*domain));
            else
                lint("detect.domains", cat("expected a domain such as acme.com, found '", text, "'"));
        }
        put_before(std::move(domains), profile_.domains);
    }

    void read_kinds(const Data& data) {
        const Data* kinds = mapping_at(data, "kinds", "");
        if (kinds == nullptr) return;
        std::vector<NumberKind> read;
        for (const auto& [name, content] : *kinds->members()) {
            const std::string path = cat("kinds.", name);
            if (!is_kind(name)) {
                lint(path, expected_words(document_kinds(), name));
                continue;
            }
            if (content.members() == nullptr) {
                lint(path, "expected a mapping of number, labels and quantity");
                continue;
            }
            check_keys(content, path, "number labels quantity");
            NumberKind kind{name, shapes_at(content, "number", path), words_at(content, "labels", path, &plain_words),
                            word_at<QuantityPolicy>(content, "quantity", path,
                                                    {{"shipped", QuantityPolicy::Shipped},
                                                     {"shipped_else_ordered", QuantityPolicy::ShippedElseOrdered},
                                                     {"ordered", QuantityPolicy::Ordered}})};
            put_before(kind.labels, profile_.number_labels);
            read.push_back(std::move(kind));
        }
        profile_.kinds.insert(profile_.kinds.begin(), read.begin(), read.end());
    }

    void read_labels(const Data& data) {
        if (const Data* number = mapping_at(data, "number", "")) {
            check_keys(*number, "number", "labels shapes");
            put_before(words_at(*number, "labels", "number", &plain_words), profile_.number_labels);
            replace_shapes(*number, "shapes", "number", profile_.number_shapes);
        }
        if (const Data* date = mapping_at(data, "date", "")) {
            check_keys(*date, "date", "labels order");
            put_before(words_at(*date, "labels", "date", &plain_words), profile_.date_labels);
            if (const auto order = word_at<DateOrder>(*date, "order", "date",
                                                      {{"mdy", DateOrder::MonthDayYear},
                                                       {"dmy", DateOrder::DayMonthYear},
                                                       {"ymd", DateOrder::YearMonthDay}}))
                profile_.date_order = order;
        }
        if (const Data* order = mapping_at(data, "customer_po", "")) {
            check_keys(*order, "customer_po", "labels shapes");
            put_before(words_at(*order, "labels", "customer_po", &plain_words), profile_.po_labels);
            replace_shapes(*order, "shapes", "customer_po", profile_.po_shapes);
        }
    }

    void read_shapes(const Data& data) {
        const Data* shapes = mapping_at(data, "shapes", "");
        if (shapes == nullptr) return;
        check_keys(*shapes, "shapes", "product_code surcharge");
        replace_shapes(*shapes, "product_code", "shapes", profile_.code_shapes);
        replace_shapes(*shapes, "surcharge", "shapes", profile_.surcharge_shapes);
    }

    void read_columns(const Data& data) {
        const Data* columns = mapping_at(data, "columns", "");
        if (columns == nullptr) return;
        std::vector<ColumnWord> read;
        for (const auto& member : *columns->members()) {
            const std::optional<Column> column = column_of_key(member.first);
            if (!column) {
                unknown("columns", "column", member.first, meant_column(member.first));
                continue;
            }
            for (std::string& word : words_at(*columns, member.first, "columns", &plain_words)) {
                const auto before =
                    std::find_if(read.begin(), read.end(), [&](const ColumnWord& one) { return one.text == word; });
                if (before == read.end())
                    read.push_back({std::move(word), *column});
                else if (before->column != *column)
                    lint(cat("columns.", member.first), cat("the heading '", word, "' names the column ",
                                                            column_key(before->column), " already, which counts"));
            }
        }
        profile_.columns.insert(profile_.columns.begin(), read.begin(), read.end());
    }

    void read_totals(const Data& data) {
        const Data* totals = mapping_at(data, "totals", "");
        if (totals == nullptr) return;
        using Member = Value<Decimal> Document::*;
        static const std::map<std::string, Member, std::less<>> kMembers = {
            {"subtotal", &Document::subtotal}, {"surcharge", &Document::surcharge},
            {"freight", &Document::freight},   {"discount", &Document::discount},
            {"tax", &Document::tax},           {"total", &Document::total}};
        std::vector<TotalWord> read;
        std::map<std::string, std::string> keys;  // of the labels
        for (const auto& entry : *totals->members()) {
            const std::string& key = entry.first;
            const auto member = kMembers.find(key);
            if (member == kMembers.end()) {
                unknown("totals", "sum", key, meant_total(key));
                continue;
            }
            for (std::string& word : words_at(*totals, key, "totals", &plain_words)) {
                const auto [place, is_new] = keys.emplace(word, key);
                if (is_new)
                    read.push_back({std::move(word), member->second});
                else if (place->second != key)
                    lint(cat("totals.", key),
                         cat("the label '", word, "' names the sum ", place->second, " already, which counts"));
            }
        }
        profile_.totals.insert(profile_.totals.begin(), read.begin(), read.end());
    }

    void read_rows(const Data& data) {
        if (const auto layout =
                word_at<RowLayout>(data, "row", "", {{"columns", RowLayout::Columns}, {"paired", RowLayout::Paired}}))
            profile_.layout = *layout;
        if (const auto below = word_at<bool>(data, "continuation", "", {{"below", true}, {"none", false}}))
            profile_.continues_below = *below;
        put_before(words_at(data, "exclude", "", &searchable), profile_.exclude);
        if (const Data* ordered = mapping_at(data, "ordered", "")) {
            check_keys(*ordered, "ordered", "computed");
            flag_at(*ordered, "computed", "ordered", profile_.adds_ordered);
        }
        if (const Data* price = mapping_at(data, "price", "")) {
            check_keys(*price, "price", "computed discount_lines");
            flag_at(*price, "computed", "price", profile_.computes_price);
            flag_at(*price, "discount_lines", "price", profile_.has_discount_lines);
        }
    }

    static std::string path_of(std::string_view under, std::string_view key) {
        return under.empty() ? std::string(key) : cat(under, ".", key);
    }

    const Data* mapping_at(const Data& data, std::string_view key, std::string_view under) {
        const Data* found = data.find(key);
        if (found == nullptr || found->is_null() || found->members() != nullptr)
            return found != nullptr && found->is_null() ? nullptr : found;
        lint(path_of(under, key), "expected a mapping");
        return nullptr;
    }

    std::optional<std::string> text_at(const Data& data, std::string_view key, std::string_view under) {
        const Data* found = data.find(key);
        if (found == nullptr || found->is_null()) return {};
        if (found->text() != nullptr && !found->text()->empty()) return *found->text();
        lint(path_of(under, key), text_mistake(*found));
        return {};
    }

    /// A text or a list of texts.
    Texts texts_at(const Data& data, std::string_view key, std::string_view under) {
        const Data* found = data.find(key);
        if (found == nullptr || found->is_null()) return {};
        const Data::Array single = {*found};
        const Data::Array& items = found->items() != nullptr ? *found->items() : single;
        Texts texts;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (items[i].text() != nullptr && !items[i].text()->empty())
                texts.push_back(*items[i].text());
            else
                lint(found->items() != nullptr ? cat(path_of(under, key), "[", i, "]") : path_of(under, key),
                     text_mistake(items[i]));
        }
        return texts;
    }

    Texts words_at(const Data& data, std::string_view key, std::string_view under,
                   std::string (*normal)(std::string_view)) {
        Texts out;
        for (const std::string& text : texts_at(data, key, under)) {
            std::string word = normal(text);
            if (word.empty())
                lint(path_of(under, key), cat("nothing to look for is in '", text, "'"));
            else
                out.push_back(std::move(word));
        }
        return out;
    }

    Texts shapes_at(const Data& data, std::string_view key, std::string_view under) {
        Texts out;
        for (std::string& shape : texts_at(data, key, under)) {
            std::string why = shape_error(shape);
            if (why.empty()) why = regex_mistake(shape);
            if (why.empty())
                out.push_back(std::move(shape));
            else
                lint(path_of(under, key), std::move(why));
        }
        return out;
    }

    /// Shapes of the file count instead of those that it extends: with both, the wider ones would rule.
    void replace_shapes(const Data& data, std::string_view key, std::string_view under, Texts& shapes) {
        if (Texts own = shapes_at(data, key, under); !own.empty()) shapes = std::move(own);
    }

    template <class T>
    std::optional<T> word_at(const Data& data, std::string_view key, std::string_view under,
                             const std::vector<std::pair<std::string_view, T>>& words) {
        const Data* found = data.find(key);
        if (found == nullptr || found->is_null()) return {};
        Texts known;
        for (const auto& [word, value] : words) {
            if (found->text() != nullptr && word == *found->text()) return value;
            known.emplace_back(word);
        }
        const bool is_text = found->text() != nullptr && !found->text()->empty();
        lint(path_of(under, key), is_text
                                      ? expected_words(known, *found->text())
                                      : cat("expected ", join(known, " or "),
                                            text_mistake(*found).substr(std::string_view("expected a text").size())));
        return {};
    }

    void flag_at(const Data& data, std::string_view key, std::string_view under, bool& flag) {
        const Data* found = data.find(key);
        if (found == nullptr || found->is_null()) return;
        if (const bool* value = std::get_if<bool>(&found->value))
            flag = *value;
        else
            lint(path_of(under, key), "expected true or false");
    }

    void check_keys(const Data& data, const std::string& under, std::string_view known) {
        const Texts words = split(known, ' ');
        for (const auto& member : *data.members()) {
            if (std::find(words.begin(), words.end(), member.first) != words.end()) continue;
            unknown(under, "key", member.first, nearest_word(member.first, words));
        }
    }

    void unknown(const std::string& under, std::string_view what, const std::string& key,
                 const std::optional<std::string>& near) {
        lint(path_of(under, key),
             cat("unknown ", what, " ", key, near ? cat(", did you mean ", *near) : std::string()));
    }

    void lint(const std::string& path, std::string message) {
        Issue issue = profile_issue("invoice.profile-lint", file_.path, std::move(message));
        issue.column = path;
        if (const auto place = places_.find(path); place != places_.end())
            issue.row = static_cast<std::int64_t>(place->second.line);
        issues_.push_back(std::move(issue));
    }

    const ProfileFile& file_;
    const VendorProfile* base_;
    std::map<std::string, DataPlace> places_;
    VendorProfile profile_;
    std::vector<Issue> issues_;
};

}  // namespace

Issue profile_issue(std::string id, const std::string& file, std::string message) {
    Issue issue;
    issue.id = std::move(id);
    issue.file = file;
    issue.message = std::move(message);
    return issue;
}

ProfileFile parse_profile(const TemplateText& file) {
    ProfileFile out;
    out.path = file.path;
    out.text = std::string_view(file.text);
    if (!is_utf8(out.text)) {
        out.error = "the file is no UTF-8";
        return out;
    }
    ReadData read = file.path.ends_with(".json") ? read_json(out.text) : read_yaml(out.text);
    out.error = read.error;
    if (!read.value) return out;
    out.data = std::move(*read.value);
    if (out.data.is_null())
        out.error = "the file is empty";
    else if (out.data.members() == nullptr)
        out.error = "the top level is no mapping";
    if (!out.error.empty()) return out;
    const auto text_of = [&](std::string_view key) {
        const Data* found = out.data.find(key);
        return found != nullptr && found->text() != nullptr ? *found->text() : std::string();
    };
    out.name = text_of("name");
    if (out.name.empty()) out.name = stem_of(file.path);
    out.extends = text_of("extends");
    if (out.name == "auto") out.error = "a profile cannot be named auto";
    return out;
}

ReadProfile read_profile(const ProfileFile& file, const VendorProfile* base) {
    ReadProfile out = ProfileReader(file, base).run();
    if (!out.profile->vendor.empty() || file.name == "generic") return out;
    out.profile.reset();
    out.issues.push_back(profile_issue("invoice.profile-skipped", file.path, "no vendor"));
    return out;
}

}  // namespace hone::invoice
