#include "hone/apps/eyemap/xml_reader.h"

#include <expat.h>

#include <algorithm>
#include <exception>
#include <memory>

#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

constexpr int kMostDepth = 200;
constexpr std::size_t kPiece = std::size_t{1} << 20;

/// One reading. Exceptions must not cross the C code, so one is kept.
class Reading {
public:
    explicit Reading(const XmlListener& listener) : listener_(listener), parser_(XML_ParserCreate(nullptr)) {
        if (!parser_) fail(Fault::Limit, "the system has no memory left for reading XML");
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(parser_.get(), &on_start, &on_end);
        XML_SetCharacterDataHandler(parser_.get(), &on_text);
        XML_SetEntityDeclHandler(parser_.get(), &on_entity);
    }

    void run(std::string_view document) {
        do {
            const std::string_view piece = document.substr(0, kPiece);
            document.remove_prefix(piece.size());
            const XML_Status status =
                XML_Parse(parser_.get(), piece.data(), static_cast<int>(piece.size()), document.empty() ? 1 : 0);
            if (error_) std::rethrow_exception(error_);
            if (status != XML_STATUS_OK)
                fail(Fault::Input, "expected XML, found in line ", line(), ": ",
                     XML_ErrorString(XML_GetErrorCode(parser_.get())));
        } while (!document.empty());
    }

private:
    struct Free {
        void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
    };
    std::uint64_t line() const { return XML_GetCurrentLineNumber(parser_.get()); }

    template <class Call>
    void guarded(Call call) noexcept {
        if (error_) return;
        try {
            call();
        } catch (const std::bad_alloc&) {
            keep(std::make_exception_ptr(Error(Fault::Limit, "the system has no memory left for reading XML")));
        } catch (const Error&) {
            keep(std::current_exception());
        }
    }
    void keep(std::exception_ptr error) {
        error_ = std::move(error);
        XML_StopParser(parser_.get(), XML_FALSE);
    }

    static void on_start(void* self, const char* name, const char** attributes) {
        auto& reading = *static_cast<Reading*>(self);
        reading.guarded([&] {
            if (++reading.depth_ > kMostDepth) fail(Fault::Input, "XML is nested too deeply in line ", reading.line());
            reading.attributes_.clear();
            for (; *attributes != nullptr; attributes += 2)
                reading.attributes_.emplace_back(attributes[0], attributes[1]);
            reading.listener_.start(name, reading.attributes_);
        });
    }
    static void on_end(void* self, const char* name) {
        auto& reading = *static_cast<Reading*>(self);
        reading.guarded([&] {
            --reading.depth_;
            reading.listener_.end(name);
        });
    }
    static void on_text(void* self, const char* text, int size) {
        auto& reading = *static_cast<Reading*>(self);
        reading.guarded([&] { reading.listener_.text({text, static_cast<std::size_t>(size)}); });
    }
    // The signature is expat's.
    // NOLINTNEXTLINE(readability-function-size)
    static void on_entity(void* self, const char*, int, const char*, int, const char*, const char*, const char*,
                          const char*) {
        auto& reading = *static_cast<Reading*>(self);
        reading.guarded(
            [&] { fail(Fault::Input, "XML defines an entity, which is refused, in line ", reading.line()); });
    }

    const XmlListener& listener_;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> parser_;
    XmlAttributes attributes_;
    int depth_ = 0;
    std::exception_ptr error_;
};

}  // namespace

void read_xml(std::string_view document, const XmlListener& listener) {
    Reading(listener).run(document);
}

std::string_view find_attribute(const XmlAttributes& attributes, std::string_view name) {
    const auto at = std::ranges::find(attributes, name, [](const auto& attribute) { return attribute.first; });
    return at == attributes.end() ? std::string_view() : at->second;
}

}  // namespace hone::eyemap
