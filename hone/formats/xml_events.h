#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "hone/base/function_ref.h"

namespace hone {

/// Attributes of an element while it begins.
class XmlAttributes {
public:
    /// `pairs` is expat's list: name, value, name, value, nullptr.
    explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
    /// Value of the attribute whose name without its prefix is `name`; empty if there is none.
    std::string_view operator[](std::string_view name) const;
    std::optional<std::string_view> find(std::string_view name) const;

private:
    const char* const* pairs_;
};

/// What an XmlReader takes besides the letter of the standard.
struct XmlOptions {
    std::size_t most_levels = 64;  ///< of elements
    bool with_namespaces = false;  ///< names of elements are "namespace name", or "name" if they are in none
};

/// What a document holds, in its order. Names come without prefixes (but see XmlOptions); texts may come in pieces.
class XmlListener {
public:
    virtual ~XmlListener() = default;
    virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
    virtual void end(std::string_view name) = 0;
    virtual void text(std::string_view piece) = 0;
};

/// Takes an XML document piece by piece. Safe with hostile ones: a document type (and so every entity of its own),
/// more levels than the options allow, and tags or comments above 1 MiB are Fault::Input. Not thread-safe.
class XmlReader {
public:
    /// `what` is what messages call the document.
    XmlReader(XmlListener& listener, std::string_view what, const XmlOptions& options = {});
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    void take(std::string_view piece);
    /// Ends the document. Fault::Input if it is not complete.
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hone
