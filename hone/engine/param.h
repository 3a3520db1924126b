#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/files.h"

namespace hone {

/// One declared parameter of a task, without its C++ type. Command line, HTTP, help, completion and documentation are
/// loops over these.
struct Param {
    std::string name;        ///< long flag without dashes; also the JSON member
    std::string help;        ///< one sentence with the unit
    std::string value_name;  ///< "FILE", "N", ...; empty for a switch
    bool is_switch = false;
    bool is_list = false;        ///< comma separated or given several times
    bool is_file = false;        ///< a path whose content is an input
    bool is_named = false;       ///< of a file: its path shows in the result, so it is part of the key too
    bool is_positional = false;  ///< may be given without its flag
    bool is_required = false;
    bool is_secret = false;     ///< in no key, log or output
    bool needs_out = false;     ///< asks for files, which only an output folder takes
    bool over_setting = false;  ///< has the name of a setting of the command line, whose flag it takes for its task
    std::vector<std::string> choices;
    std::vector<std::string> endings;  ///< of a file: a folder stands for all files below it that end so

    /// Checks one text and returns it in canonical form; throws Fault::Usage.
    std::function<std::string(std::string_view)> canonical;
    /// Sets the member from texts (one, or several for a list); Fault::Usage with the parameter's name.
    std::function<void(const Param& self, void* options, std::span<const std::string> values)> set;
    /// The member's present value, printed canonically; empty when it is unset.
    std::function<std::vector<std::string>(const void* options)> get;
};

/// How a type is read and printed. Specialised for text, paths, integers, doubles and switches.
template <class T>
struct ParamText;

template <>
struct ParamText<std::string> {
    static constexpr const char* kValueName = "TEXT";
    static std::string parse(std::string_view text) { return std::string(text); }
    static std::string print(const std::string& value) { return value; }
};
template <>
struct ParamText<Path> {
    static constexpr const char* kValueName = "PATH";
    static Path parse(std::string_view text) { return Path(text); }
    static std::string print(const Path& value) { return value.string(); }
};
template <>
struct ParamText<std::int64_t> {
    static constexpr const char* kValueName = "N";
    static std::int64_t parse(std::string_view text);
    static std::string print(std::int64_t value);
};
template <>
struct ParamText<double> {
    static constexpr const char* kValueName = "X";
    static double parse(std::string_view text);
    static std::string print(double value);
};
template <>
struct ParamText<bool> {
    static constexpr const char* kValueName = "";
    static bool parse(std::string_view text);
    static std::string print(bool value) { return value ? "true" : "false"; }
};

/// The parameters of one options struct, type erased.
class ParamSet {
public:
    const std::vector<Param>& params() const { return params_; }
    const Param* find(std::string_view name) const;
    /// A fresh options struct with its defaults.
    std::shared_ptr<void> make() const { return make_(); }
    const std::type_info& type() const { return *type_; }
    /// Fault::Usage if a required parameter has no value.
    void check_complete(const void* options) const;

private:
    template <class Options>
    friend class Params;
    std::vector<Param> params_;
    std::function<std::shared_ptr<void>()> make_;
    const std::type_info* type_ = nullptr;
};

/// Declares the parameters of an options struct:
///     Params<Options> params;
///     params(&Options::crop, "crop", "Crop to analyse").one_of({"wheat", "rice"});
/// Defaults are those of the struct. Values are keys of the result, so they are kept in canonical form.
template <class Options>
class Params {
public:
    /// Adds properties to the parameter declared last.
    class Declared {
    public:
        explicit Declared(Param& param) : param_(param) {}
        /// A file whose content is an input: it is digested, and only run.input() may read it.
        Declared& file() {
            param_.is_file = true;
            param_.value_name = "FILE";
            return *this;
        }
        /// Its path, as it was given, shows in the result.
        Declared& named() {
            param_.is_named = true;
            return *this;
        }
        /// A folder may be given too: it stands for all files below it, sorted by path, that have one of the endings
        /// (".pdf"; case does not matter) and no name that starts with a dot. Paths of a list are not split at commas.
        Declared& or_folder(std::vector<std::string> endings) {
            param_.endings = std::move(endings);
            param_.value_name = "PATH";
            return *this;
        }
        /// Takes the flag of the setting of that name, for this task.
        Declared& over_setting() {
            param_.over_setting = true;
            return *this;
        }
        /// Asks for files that are written to the output folder and shown nowhere else: without one it is an error.
        Declared& needs_out() {
            param_.needs_out = true;
            return *this;
        }
        Declared& positional() {
            param_.is_positional = true;
            return *this;
        }
        Declared& required() {
            param_.is_required = true;
            return *this;
        }
        Declared& secret() {
            param_.is_secret = true;
            return *this;
        }
        Declared& one_of(std::vector<std::string> choices) {
            param_.choices = std::move(choices);
            return *this;
        }
        /// Name of the value in the help: "KM2".
        Declared& value(std::string name) {
            param_.value_name = std::move(name);
            return *this;
        }
        /// Checks each text and returns it in canonical form ("01" and "1" are one key); throws Fault::Usage.
        Declared& canonical(std::function<std::string(std::string_view)> function) {
            param_.canonical = std::move(function);
            return *this;
        }
        /// A whole number from `low` to `high`; the help says so.
        Declared& in_range(std::int64_t low, std::int64_t high);
        /// Suggestions for completion and help without forbidding other values.
        Declared& suggest(std::vector<std::string> words) {
            param_.choices = std::move(words);
            param_.canonical =
                param_.canonical ? param_.canonical : [](std::string_view text) { return std::string(text); };
            return *this;
        }

    private:
        Param& param_;
    };

    /// Declares the parameter of one member, which may belong to a base of Options (a shared group).
    template <class Owner, class Member>
    requires std::derived_from<Options, Owner> Declared operator()(Member Owner::*member, std::string name,
                                                                   std::string help);

    /// All declared so far.
    ParamSet build() const {
        ParamSet set;
        for (const auto& param : params_)
            set.params_.push_back(*param);
        set.make_ = [] { return std::static_pointer_cast<void>(std::make_shared<Options>()); };
        set.type_ = &typeid(Options);
        return set;
    }

private:
    std::vector<std::shared_ptr<Param>> params_;
};

namespace param_detail {

template <class T>
struct Shape {
    static constexpr bool kIsList = false;
    using Value = T;
};
template <class T>
struct Shape<std::vector<T>> {
    static constexpr bool kIsList = true;
    using Value = T;
};

/// Throws Fault::Usage that names the parameter, unless `text` is one of its choices; returns the canonical text.
std::string checked_text(const Param& param, std::string_view text);
/// Values of a list parameter: every text split at commas, but paths that may be folders as they stand.
std::vector<std::string> list_items(const Param& param, std::span<const std::string> values);
/// ", 1 to 20".
std::string range_text(std::int64_t low, std::int64_t high);
/// The number in canonical form; Fault::Usage unless it is a whole one in the range.
std::string checked_in_range(std::string_view text, std::int64_t low, std::int64_t high);
[[noreturn]] void fail_value_count(const Param& param, std::size_t count);
[[noreturn]] void fail_parameter(const Param& param, const Error& error);

}  // namespace param_detail

template <class Options>
typename Params<Options>::Declared& Params<Options>::Declared::in_range(std::int64_t low, std::int64_t high) {
    param_.help += param_detail::range_text(low, high);
    return canonical([low, high](std::string_view text) { return param_detail::checked_in_range(text, low, high); });
}

template <class Options>
template <class Owner, class Member>
requires std::derived_from<Options, Owner>
typename Params<Options>::Declared Params<Options>::operator()(Member Owner::*member, std::string name,
                                                               std::string help) {
    using Shape = param_detail::Shape<Member>;
    using Text = ParamText<typename Shape::Value>;
    auto param = std::make_shared<Param>();
    param->name = std::move(name);
    param->help = std::move(help);
    param->value_name = Text::kValueName;
    param->is_switch = std::is_same_v<Member, bool>;
    param->is_list = Shape::kIsList;
    param->set = [member](const Param& self, void* options, std::span<const std::string> values) {
        const auto one = [&self](std::string_view text) {
            try {
                return Text::parse(param_detail::checked_text(self, text));
            } catch (const Error& error) {
                param_detail::fail_parameter(self, error);
            }
        };
        auto& target = static_cast<Options*>(options)->*member;
        if constexpr (Shape::kIsList) {
            target.clear();
            for (const std::string& text : param_detail::list_items(self, values))
                target.push_back(one(text));
        } else {
            if (values.size() != 1) param_detail::fail_value_count(self, values.size());
            target = one(values.front());
        }
    };
    param->get = [member](const void* options) {
        const auto& value = static_cast<const Options*>(options)->*member;
        std::vector<std::string> texts;
        if constexpr (Shape::kIsList)
            for (const auto& item : value)
                texts.push_back(Text::print(item));
        else
            texts.push_back(Text::print(value));
        if (texts.size() == 1 && texts.front().empty()) texts.clear();
        return texts;
    };
    params_.push_back(param);
    return Declared(*param);
}

}  // namespace hone
