#include "hone/apps/invoice/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "hone/base/error.h"
#include "hone/base/json.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kMostNodes = 100'000;
constexpr std::string_view kStandard = "tag:yaml.org,2002:";

std::size_t nodes_of(const Data& value) {
    std::size_t nodes = 1;
    if (const Data::Array* items = value.items())
        for (const Data& item : *items)
            nodes += nodes_of(item);
    if (const Data::Object* members = value.members())
        for (const auto& member : *members)
            nodes += nodes_of(member.second);
    return nodes;
}

// Builds a value from the events of one document. Stops at the first mistake; the rest of the events is ignored.
class Builder : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { finish(mark, {Data(), "", true}, anchor); }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            refuse(mark, "an alias inside of what it names");
            return;
        }
        nodes_ += nodes_of(found->second.value);
        finish(mark, found->second, 0);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        std::string kind = tag;
        if (std::string_view(kind).starts_with(kStandard)) kind.erase(0, kStandard.size());
        if (kind == "?" || kind.empty())
            finish(mark, {plain_scalar(text), text, true}, anchor);
        else if (kind == "!" || kind == "str")
            finish(mark, {Data(text), text, false}, anchor);
        else if (kind == "int" || kind == "float" || kind == "bool" || kind == "null" || kind == "timestamp")
            finish(mark, {tagged(mark, kind, text), text, false}, anchor);
        else
            refuse(mark, cat("an unknown tag ", tag));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        if (tag != "?" && tag != "!" && !tag.empty() && tag != cat(kStandard, "seq"))
            refuse(mark, cat("an unknown tag ", tag));
        open_.push_back({Data(Data::Array{}), anchor, {}, {}, mark});
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        if (tag != "?" && tag != "!" && !tag.empty() && tag != cat(kStandard, "map"))
            refuse(mark, cat("an unknown tag ", tag));
        open_.push_back({Data(Data::Object{}), anchor, {}, {}, mark});
    }
    void OnMapEnd() override { close(); }

    const std::string& error() const { return error_; }
    Data result() { return std::move(root_); }

private:
    struct Node {
        Data value;
        std::string text;  // as it is written, for keys
        bool is_plain = false;
    };
    struct Open {
        Data value;
        YAML::anchor_t anchor = 0;
        std::optional<Node> key;
        std::vector<Data> merged;
        YAML::Mark mark;
    };

    Data tagged(const YAML::Mark& mark, const std::string& kind, const std::string& text) {
        Data value = plain_scalar(text);
        if (kind == "float" && value.is_number()) return Data(value.as_number());
        const bool fits = (kind == "int" && std::holds_alternative<std::int64_t>(value.value)) ||
                          (kind == "bool" && std::holds_alternative<bool>(value.value)) ||
                          (kind == "timestamp" && std::holds_alternative<Moment>(value.value)) ||
                          (kind == "null" && value.is_null());
        if (!fits) refuse(mark, cat("no ", kind, ": ", text));
        return value;
    }

    void refuse(const YAML::Mark& mark, std::string_view why) {
        if (error_.empty()) error_ = cat("line ", mark.line + 1, ": ", why);
    }

    void finish(const YAML::Mark& mark, Node node, YAML::anchor_t anchor) {
        if (++nodes_ > kMostNodes) refuse(mark, "more than 100,000 nodes");
        if (!error_.empty()) return;
        if (anchor != 0) anchors_[anchor] = node;
        if (open_.empty()) {
            root_ = std::move(node.value);
            return;
        }
        Open& parent = open_.back();
        if (Data::Array* items = parent.value.items()) {
            items->push_back(std::move(node.value));
        } else if (!parent.key) {
            if (node.value.items() != nullptr || node.value.members() != nullptr)
                refuse(mark, "a key that is no scalar");
            parent.key = std::move(node);
        } else {
            add_member(mark, parent, std::move(node.value));
        }
    }

    void add_member(const YAML::Mark& mark, Open& parent, Data value) {
        const Node key = std::move(*parent.key);
        parent.key.reset();
        if (!(key.is_plain && key.text == "<<")) {
            const std::string name = key.value.is_null() ? std::string("null") : key.text;
            parent.value.set(name, std::move(value));
            return;
        }
        if (value.members() != nullptr) {
            parent.merged.push_back(std::move(value));
        } else if (const Data::Array* items = value.items()) {
            for (const Data& item : *items)
                parent.merged.push_back(item);
        } else {
            refuse(mark, "a merge key with something else than a mapping");
        }
    }

    void close() {
        if (open_.empty()) return;
        Open done = std::move(open_.back());
        open_.pop_back();
        if (!done.merged.empty()) {
            // Merged members come first, the earlier mapping wins; own members replace them in place.
            Data all(Data::Object{});
            for (auto from = done.merged.rbegin(); from != done.merged.rend(); ++from)
                if (from->members() != nullptr)
                    for (const auto& [name, value] : *from->members())
                        all.set(name, value);
            for (auto& [name, value] : *done.value.members())
                all.set(name, std::move(value));
            done.value = std::move(all);
        }
        finish(done.mark, {std::move(done.value), "", false}, done.anchor);
    }

    std::vector<Open> open_;
    std::map<YAML::anchor_t, Node> anchors_;
    Data root_;
    std::size_t nodes_ = 0;
    std::string error_;
};

// Writes down where keys and items stand.
class PlaceFinder : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { value(mark, "null"); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { value(mark, "*"); }
    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string& text) override {
        value(mark, text);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, false);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
        open(mark, true);
    }
    void OnMapEnd() override { close(); }

    std::vector<DataPlace> places() { return std::move(places_); }

private:
    struct Level {
        bool is_map = false;
        std::string path;
        std::size_t items = 0;
        std::optional<std::string> key;
        std::set<std::string> keys;
    };

    void record(const YAML::Mark& mark, std::string path, bool is_repeated) {
        if (places_.size() < kMostNodes)
            places_.push_back({std::move(path), static_cast<std::size_t>(std::max(mark.line, 0)) + 1,
                               static_cast<std::size_t>(std::max(mark.column, 0)) + 1, is_repeated});
    }

    // A scalar: a key, or the value of one, or an item.
    void value(const YAML::Mark& mark, const std::string& text) {
        if (levels_.empty()) return;
        Level& level = levels_.back();
        if (!level.is_map) {
            record(mark, item_path(level), false);
        } else if (level.key) {
            level.key.reset();
        } else {
            level.key = text;
            const bool is_repeated = text != "<<" && !level.keys.insert(text).second;
            record(mark, key_path(level), is_repeated);
        }
    }

    static std::string key_path(const Level& level) {
        return cat(level.path, level.path.empty() ? "" : ".", level.key.value_or("?"));
    }
    static std::string item_path(Level& level) { return cat(level.path, "[", level.items++, "]"); }

    void open(const YAML::Mark& mark, bool is_map) {
        Level made;
        made.is_map = is_map;
        if (!levels_.empty()) {
            Level& level = levels_.back();
            made.path = level.is_map ? key_path(level) : item_path(level);
            if (!level.is_map) record(mark, made.path, false);
            level.key.reset();
        }
        levels_.push_back(std::move(made));
    }
    void close() {
        if (!levels_.empty()) levels_.pop_back();
    }

    std::vector<Level> levels_;
    std::vector<DataPlace> places_;
};

Data from_json(const Json& json) {
    if (json.is_bool()) return Data(json.boolean());
    if (json.is_integer()) return Data(json.integer());
    if (json.is_double()) return Data(json.number());
    if (json.is_text()) return Data(json.text());
    if (json.is_array()) {
        Data::Array items;
        for (const Json& item : json.items())
            items.push_back(from_json(item));
        return Data(std::move(items));
    }
    if (!json.is_object()) return {};
    Data object(Data::Object{});
    for (const auto& [name, member] : json.members())
        object.set(name, from_json(member));
    return object;
}

}  // namespace

ReadData read_yaml(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Builder builder, second;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) return {Data(), ""};
        if (!builder.error().empty()) return {std::nullopt, builder.error()};
        if (parser.HandleNextDocument(second)) return {std::nullopt, "more than one document"};
    } catch (const YAML::Exception& exception) {
        // What is not closed is found behind the last line.
        const auto lines = std::count(text.begin(), text.end(), '\n') + (text.ends_with('\n') ? 0 : 1);
        const auto line = std::min<std::ptrdiff_t>(exception.mark.line + 1, std::max<std::ptrdiff_t>(lines, 1));
        return {std::nullopt, cat("line ", line, ": ", exception.msg)};
    }
    return {builder.result(), ""};
}

std::vector<DataPlace> data_places(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    PlaceFinder finder;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser(stream).HandleNextDocument(finder);
    } catch (const YAML::Exception&) {
        // read_yaml() says what is wrong; the places up to there serve.
        return finder.places();
    }
    return finder.places();
}

ReadData read_json(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    try {
        return {from_json(Json::parse(text)), ""};
    } catch (const Error& error) {
        return {std::nullopt, error.message()};
    }
}

}  // namespace hone::invoice
