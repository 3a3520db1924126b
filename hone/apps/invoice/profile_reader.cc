#include "hone/apps/invoice/profile_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "hone/apps/invoice/table_model.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

using Texts = std::vector<std::string>;

/// Text as it is looked for on pages: lower case, single blanks.
std::string searchable(std::string_view text) {
    Texts words;
    for (std::string& word : split(to_lower(text), ' '))
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
    ProfileReader(const TemplateText& file, std::span<const VendorProfile> known) : file_(file), known_(known) {
        for (DataPlace& place : data_places(file.text)) {
            std::string path = place.path;
            places_[std::move(path)] = std::move(place);
        }
    }

    ReadProfile run() {
        for (const auto& [path, place] : places_)
            if (place.is_repeated) lint(path, "the key comes twice in one mapping; the last counts");
        const ReadData read = file_.path.ends_with(".json") ? read_json(file_.text) : read_yaml(file_.text);
        std::string why = read.error;
        if (read.value && read.value->is_null()) why = "the file is empty";
        if (read.value && !read.value->is_null() && read.value->members() == nullptr)
            why = "the top level is no mapping";
        if (why.empty()) why = fill(*read.value);
        ReadProfile out;
        if (why.empty())
            out.profile = std::move(profile_);
        else
            note("invoice.profile-skipped", "", std::move(why));
        out.issues = std::move(issues_);
        return out;
    }

private:
    std::string fill(const Data& data) {
        const std::string name = text_at(data, "name", "").value_or(stem_of(file_.path));
        const std::optional<std::string> base = text_at(data, "extends", "");
        if (base && !extend(*base)) return cat("it extends ", *base, ", which is neither built in nor read before");
        profile_.name = name;
        if (name == "auto") return "a profile cannot be named auto";
        if (auto vendor = text_at(data, "vendor", "")) profile_.vendor = *vendor;
        if (profile_.vendor.empty() && name != "generic") return "no vendor";
        check_keys(data, "",
                   "name extends vendor detect kind kinds number date customer_po shapes columns totals row "
                   "continuation exclude ordered price");
        if (auto kind = text_at(data, "kind", "")) profile_.kind = *kind;
        read_detection(data);
        read_kinds(data);
        read_labels(data);
        read_shapes(data);
        read_columns(data);
        read_totals(data);
        read_rows(data);
        if (profile_.number_labels.empty())
            lint("", "there are no labels of numbers: no number is found (say `extends: generic` or number.labels)");
        const bool is_found = name == "generic" || !profile_.any_text.empty() || !profile_.domains.empty() ||
                              !profile_.detecting_shapes.empty();
        if (!is_found) lint("", "nothing detects the vendor (detect): only --profile takes it");
        return "";
    }

    bool extend(const std::string& name) {
        const auto found =
            std::find_if(known_.rbegin(), known_.rend(), [&](const auto& one) { return one.name == name; });
        if (found == known_.rend()) return false;
        profile_ = *found;
        return true;
    }

    void read_detection(const Data& data) {
        const Data* detect = mapping_at(data, "detect", "");
        if (detect == nullptr) return;
        check_keys(*detect, "detect", "any_text domains rows");
        put_before(words_at(*detect, "any_text", "detect", &searchable), profile_.any_text);
        put_before(words_at(*detect, "domains", "detect", &searchable), profile_.domains);
        const Data* rows = mapping_at(*detect, "rows", "detect");
        if (rows == nullptr) return;
        check_keys(*rows, "detect.rows", "code with min");
        put_before(shapes_at(*rows, "code", "detect.rows"), profile_.detecting_shapes);
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

    void read_kinds(const Data& data) {
        const Data* kinds = mapping_at(data, "kinds", "");
        if (kinds == nullptr) return;
        std::vector<NumberKind> read;
        for (const auto& [name, content] : *kinds->members()) {
            const std::string path = cat("kinds.", name);
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
            put_before(shapes_at(*number, "shapes", "number"), profile_.number_shapes);
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
            put_before(shapes_at(*order, "shapes", "customer_po"), profile_.po_shapes);
        }
    }

    void read_shapes(const Data& data) {
        const Data* shapes = mapping_at(data, "shapes", "");
        if (shapes == nullptr) return;
        check_keys(*shapes, "shapes", "product_code surcharge");
        put_before(shapes_at(*shapes, "product_code", "shapes"), profile_.code_shapes);
        put_before(shapes_at(*shapes, "surcharge", "shapes"), profile_.surcharge_shapes);
    }

    void read_columns(const Data& data) {
        const Data* columns = mapping_at(data, "columns", "");
        if (columns == nullptr) return;
        std::vector<ColumnWord> read;
        for (const auto& member : *columns->members()) {
            const std::optional<Column> column = column_of_key(member.first);
            if (!column) {
                lint(cat("columns.", member.first), cat("unknown column ", member.first));
                continue;
            }
            for (std::string& word : words_at(*columns, member.first, "columns", &plain_words))
                read.push_back({std::move(word), *column});
        }
        profile_.columns.insert(profile_.columns.begin(), read.begin(), read.end());
    }

    void read_totals(const Data& data) {
        const Data* totals = mapping_at(data, "totals", "");
        if (totals == nullptr) return;
        check_keys(*totals, "totals", "subtotal surcharge freight discount tax total");
        const std::pair<const char*, Value<Decimal> Document::*> members[] = {
            {"subtotal", &Document::subtotal}, {"surcharge", &Document::surcharge},
            {"freight", &Document::freight},   {"discount", &Document::discount},
            {"tax", &Document::tax},           {"total", &Document::total}};
        std::vector<TotalWord> read;
        for (const auto& [key, member] : members)
            for (std::string& word : words_at(*totals, key, "totals", &plain_words))
                read.push_back({std::move(word), member});
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
        lint(path_of(under, key), "expected a text; numbers and words such as no stand in quotes");
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
                     "expected a text; numbers and words such as no stand in quotes");
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
            const std::string why = shape_error(shape);
            if (why.empty())
                out.push_back(std::move(shape));
            else
                lint(path_of(under, key), why);
        }
        return out;
    }

    template <class T>
    std::optional<T> word_at(const Data& data, std::string_view key, std::string_view under,
                             const std::vector<std::pair<std::string_view, T>>& words) {
        const std::optional<std::string> text = text_at(data, key, under);
        if (!text) return {};
        Texts known;
        for (const auto& [word, value] : words) {
            if (word == *text) return value;
            known.emplace_back(word);
        }
        lint(path_of(under, key), cat("expected ", join(known, " or "), ", found ", *text));
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
            const std::optional<std::string> near = nearest_word(member.first, words);
            lint(path_of(under, member.first),
                 cat("unknown key ", member.first, near ? cat(", did you mean ", *near) : std::string()));
        }
    }

    void lint(const std::string& path, std::string message) { note("invoice.profile-lint", path, std::move(message)); }

    void note(std::string id, const std::string& path, std::string message) {
        Issue issue;
        issue.id = std::move(id);
        issue.file = file_.path;
        issue.column = path;
        issue.message = std::move(message);
        if (const auto place = places_.find(path); place != places_.end())
            issue.row = static_cast<std::int64_t>(place->second.line);
        issues_.push_back(std::move(issue));
    }

    const TemplateText& file_;
    std::span<const VendorProfile> known_;
    std::map<std::string, DataPlace> places_;
    VendorProfile profile_;
    std::vector<Issue> issues_;
};

}  // namespace

ReadProfile read_profile(const TemplateText& file, std::span<const VendorProfile> known) {
    return ProfileReader(file, known).run();
}

}  // namespace hone::invoice
