#include "hone/formats/xml_events.h"

#include <expat.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "hone/base/error.h"

namespace hone {
namespace {

/// Between namespace and name; no namespace holds it.
constexpr char kBetween = ' ';
constexpr std::size_t kMostTokenBytes = std::size_t{1} << 20;

std::string_view without_prefix(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
    for (const char* const* pair = pairs_; *pair != nullptr; pair += 2)
        if (without_prefix(pair[0]) == name) return pair[1];
    return std::nullopt;
}

std::string_view XmlAttributes::operator[](std::string_view name) const {
    return find(name).value_or(std::string_view());
}

struct XmlReader::State {
    State(XmlListener& given, std::string_view name, const XmlOptions& options)
        : listener(given),
          what(name),
          most_levels(options.most_levels),
          with_namespaces(options.with_namespaces),
          parser(options.with_namespaces ? XML_ParserCreateNS(nullptr, kBetween) : XML_ParserCreate(nullptr)) {}
    ~State() { XML_ParserFree(parser); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    XmlListener& listener;
    std::string what;
    std::size_t most_levels;
    bool with_namespaces;
    XML_Parser parser;
    std::size_t levels = 0;
    std::size_t bytes_since_event = 0;
    std::exception_ptr thrown;

    std::string_view shown(std::string_view name) const { return with_namespaces ? name : without_prefix(name); }

    /// Calls `fn`. Errors must not pass through expat, which is C: they wait until it has returned.
    template <class Fn>
    void guard(Fn fn) {
        bytes_since_event = 0;
        if (thrown) return;
        try {
            fn();
        } catch (...) {
            thrown = std::current_exception();
            XML_StopParser(parser, XML_FALSE);
        }
    }

    static void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** pairs) {
        State& state = *static_cast<State*>(self);
        state.guard([&] {
            if (++state.levels > state.most_levels)
                fail(Fault::Input, "more than ", state.most_levels, " levels of elements in ", state.what);
            state.listener.start(state.shown(name), XmlAttributes(pairs));
        });
    }
    static void XMLCALL on_end(void* self, const XML_Char* name) {
        State& state = *static_cast<State*>(self);
        state.guard([&] {
            --state.levels;
            state.listener.end(state.shown(name));
        });
    }
    static void XMLCALL on_text(void* self, const XML_Char* text, int size) {
        State& state = *static_cast<State*>(self);
        state.guard([&] { state.listener.text({text, static_cast<std::size_t>(size)}); });
    }
    static void XMLCALL on_document_type(void* self, const XML_Char* /*name*/, const XML_Char* /*system*/,
                                         const XML_Char* /*identifier*/, int /*has_own*/) {
        State& state = *static_cast<State*>(self);
        state.guard([&] { fail(Fault::Input, "XML with a document type is not read: ", state.what); });
    }

    void parse(std::string_view piece, int is_last) {
        bytes_since_event += piece.size();
        const XML_Status status = XML_Parse(parser, piece.data(), static_cast<int>(piece.size()), is_last);
        if (thrown) std::rethrow_exception(std::exchange(thrown, nullptr));
        if (status != XML_STATUS_OK)
            fail(Fault::Input, "damaged XML in ", what, ", line ", XML_GetCurrentLineNumber(parser), ": ",
                 XML_ErrorString(XML_GetErrorCode(parser)));
        if (bytes_since_event > kMostTokenBytes)
            fail(Fault::Input, "a tag or comment above ", kMostTokenBytes, " bytes in ", what);
    }
};

XmlReader::XmlReader(XmlListener& listener, std::string_view what, const XmlOptions& options)
    : state_(std::make_unique<State>(listener, what, options)) {
    check(state_->parser != nullptr, "expat has memory");
    XML_SetUserData(state_->parser, state_.get());
    XML_SetElementHandler(state_->parser, State::on_start, State::on_end);
    XML_SetCharacterDataHandler(state_->parser, State::on_text);
    XML_SetStartDoctypeDeclHandler(state_->parser, State::on_document_type);
}

XmlReader::~XmlReader() = default;

void XmlReader::take(std::string_view piece) {
    constexpr std::size_t kStep = std::size_t{64} << 10;
    for (; !piece.empty(); piece.remove_prefix(std::min(kStep, piece.size())))
        state_->parse(piece.substr(0, kStep), XML_FALSE);
}

void XmlReader::finish() {
    state_->parse({}, XML_TRUE);
}

}  // namespace hone
