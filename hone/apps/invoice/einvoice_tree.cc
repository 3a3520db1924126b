#include "hone/apps/invoice/einvoice_tree.h"

#include <algorithm>
#include <optional>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/xml_events.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kMostElements = 100'000;
constexpr std::size_t kMostText = std::size_t{64} << 10;
constexpr std::size_t kFarthestRoot = std::size_t{64} << 10;

std::pair<std::string_view, std::string_view> parts_of(std::string_view name) {
    const std::size_t blank = name.rfind(' ');
    if (blank == std::string_view::npos) return {{}, name};
    return {name.substr(0, blank), name.substr(blank + 1)};
}

/// The part before `separator`, which `rest` loses.
std::string_view taken(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

std::string without_returns(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r')
            out += text[i];
        else if (i + 1 == text.size() || text[i + 1] != '\n')
            out += '\n';
    }
    return out;
}

/// Some writers put line ends in front of the declaration.
std::string_view without_blanks_in_front(std::string_view bytes) {
    const std::size_t at = bytes.find_first_not_of(" \t\r\n");
    return at == std::string_view::npos ? std::string_view() : bytes.substr(at);
}

class RootListener : public XmlListener {
public:
    void start(std::string_view name, const XmlAttributes& /*attributes*/) override {
        if (!root) root = std::string(name);
    }
    void end(std::string_view /*name*/) override {}
    void text(std::string_view /*piece*/) override {}

    std::optional<std::string> root;
};

class TreeListener : public XmlListener {
public:
    TreeListener(std::string_view lines, const std::function<void(const XmlElement&)>& line)
        : lines_(lines), line_(line) {}

    void start(std::string_view name, const XmlAttributes& attributes) override {
        XmlElement& made = open_.emplace_back();
        made.name = parts_of(name).second;
        for (const std::string_view kept : {"unitCode", "schemeID", "currencyID", "format"})
            if (const auto value = attributes.find(kept)) made.attributes.emplace_back(kept, *value);
        if (line_at_ == 0 && made.is_named(lines_)) line_at_ = open_.size();
        if (++(line_at_ > 0 ? of_line_ : outside_) > kMostElements)
            fail(Fault::Limit, "more than ", kMostElements, " elements in an electronic invoice");
    }

    void end(std::string_view /*name*/) override {
        XmlElement done = std::move(open_.back());
        done.text = without_returns(trim(done.text));
        const bool is_line = line_at_ == open_.size();
        open_.pop_back();
        if (is_line) {
            line_at_ = of_line_ = 0;
            line_(done);
        } else {
            (open_.empty() ? root : open_.back().children.emplace_back()) = std::move(done);
        }
    }

    void text(std::string_view piece) override {
        XmlElement& at = open_.back();
        at.is_cut = at.is_cut || at.text.size() + piece.size() > kMostText;
        if (!at.is_cut) at.text += piece;
    }

    XmlElement root;

private:
    std::string_view lines_;
    const std::function<void(const XmlElement&)>& line_;
    std::vector<XmlElement> open_;
    std::size_t line_at_ = 0;  ///< level of the line that is open; 0 = none
    std::size_t of_line_ = 0, outside_ = 0;
};

constexpr XmlOptions kOptions = {.most_levels = 100, .with_namespaces = true};

}  // namespace

bool XmlElement::is_named(std::string_view names) const {
    while (!names.empty())
        if (taken(names, '|') == name) return true;
    return false;
}

const XmlElement* XmlElement::find(std::string_view path) const {
    const XmlElement* at = this;
    while (!path.empty()) {
        const std::string_view names = taken(path, '/');
        const auto found = std::find_if(at->children.begin(), at->children.end(),
                                        [&](const XmlElement& one) { return one.is_named(names); });
        if (found == at->children.end()) return nullptr;
        at = &*found;
    }
    return at;
}

const XmlElement& XmlElement::child(std::string_view path) const {
    static const XmlElement kNone;
    const XmlElement* found = find(path);
    return found == nullptr ? kNone : *found;
}

std::string_view XmlElement::attribute(std::string_view attribute_name) const {
    for (const auto& [one, value] : attributes)
        if (one == attribute_name) return value;
    return {};
}

std::pair<std::string, std::string> xml_root(std::string_view bytes) {
    constexpr std::size_t kStep = 512;
    bytes = without_blanks_in_front(bytes).substr(0, kFarthestRoot);
    if (bytes.size() < 4) return {};
    RootListener listener;
    try {
        XmlReader reader(listener, "an electronic invoice", kOptions);
        for (; !listener.root && !bytes.empty(); bytes.remove_prefix(std::min(kStep, bytes.size())))
            reader.take(bytes.substr(0, kStep));
    } catch (const Error& error) {
        // What follows the root may be damaged; that is for the reader to say.
        if (error.fault() != Fault::Input) throw;
    }
    if (!listener.root) return {};
    const auto [space, name] = parts_of(*listener.root);
    return {std::string(space), std::string(name)};
}

XmlElement read_xml_tree(std::string_view bytes, std::string_view lines,
                         const std::function<void(const XmlElement&)>& line) {
    TreeListener listener(lines, line);
    XmlReader reader(listener, "an electronic invoice", kOptions);
    reader.take(without_blanks_in_front(bytes));
    reader.finish();
    return std::move(listener.root);
}

}  // namespace hone::invoice
