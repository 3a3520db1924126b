#include "hone/cli/settings.h"

#include <cstdlib>

#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/engine/deliver.h"

namespace hone::cli {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

Path config_file() {
    if (const std::string given = variable("HONE_CONFIG"); !given.empty()) return given;
    if (const std::string base = variable("XDG_CONFIG_HOME"); !base.empty()) return Path(base) / "hone" / "config";
    if (const std::string home = variable("HOME"); !home.empty()) return Path(home) / ".config" / "hone" / "config";
    return {};
}

[[noreturn]] void fail_unknown(std::string_view name, std::string_view where) {
    std::vector<std::string> names;
    for (const Setting& setting : settings_table())
        names.push_back(setting.name);
    Error error(Fault::Usage, cat(where, ": unknown setting '", name, "'"));
    if (const auto near = nearest_word(name, names)) error = error.with_mend(cat("Did you mean ", *near, "?"));
    throw error;
}

void read_config(Settings& settings, const Path& path) {
    if (path.empty() || path == "/dev/null") return;
    if (!real_files().identity(path)) {
        if (!variable("HONE_CONFIG").empty()) fail(Fault::Usage, "HONE_CONFIG names no file: ", path);
        return;
    }
    const std::string text = read_file(real_files(), path);
    int line_number = 0;
    for (const std::string& line : split(text, '\n')) {
        ++line_number;
        const std::string_view content = trim(std::string_view(line).substr(0, line.find('#')));
        if (content.empty()) continue;
        const auto equals = content.find('=');
        const std::string where = cat(path, " line ", line_number);
        if (equals == std::string_view::npos)
            fail(Fault::Usage, where, ": expected name = value, found '", content, "'");
        const std::string name(trim(content.substr(0, equals)));
        if (find_setting(name) == nullptr) fail_unknown(name, where);
        settings.set(name, std::string(trim(content.substr(equals + 1))), cat("file ", path));
    }
}

}  // namespace

const std::vector<Setting>& settings_table() {
    static const std::vector<Setting> table = {
        {"out", "DIR", "Write the result's files to this folder", "", {}},
        {"format", "NAME",
         "Encoding of tables, on stdout and with --out (there CSV by default): table, csv, json, ndjson", "HONE_FORMAT",
         format_names()},
        {"figures",
         "FORM,...",
         "With --out: forms of figures besides SVG, which is always written: png, pdf",
         "HONE_FIGURES",
         {"svg", "png", "pdf"}},
        {"dpi", "N", "Dots per inch of PNG figures, 300 by default", "HONE_DPI", {}},
        {"raster",
         "FILE",
         "What draws PNG and PDF; by default libhone_raster.so beside hone or in ../lib/hone",
         "HONE_RASTER",
         {}},
        {"docworker", "FILE", "What reads PDFs; by default hone-docworker beside hone", "HONE_DOCWORKER", {}},
        {"threads", "N", "Threads to use, or auto", "HONE_THREADS", {"auto"}},
        {"memory", "SIZE", "Memory to stay inside, such as 2GiB, or auto", "HONE_MEMORY", {"auto"}},
        {"deadline",
         "TIME",
         "Longest time of a run, such as 30s; then it ends without a result; or none",
         "HONE_DEADLINE",
         {"none"}},
        {"cache", "DIR", "Cache folder, or off", "HONE_CACHE_DIR", {"off"}},
        {"cache-limit", "SIZE", "Bound of the cache folder, or auto", "HONE_CACHE_LIMIT", {"auto"}},
        {"plain", "", "One thread, no cache: the reference that every other way is compared with", "HONE_PLAIN", {}},
        {"trust-nothing", "", "Read and digest every input again", "HONE_TRUST_NOTHING", {}},
        {"explain", "", "Say on stderr what was planned and decided, and why", "HONE_EXPLAIN", {}},
        {"profile", "", "Say on stderr where time and bytes went", "HONE_PROFILE", {}},
        {"log",
         "FILE",
         "Add what runs of tasks do to this file, a JSON object per line; - is stderr, off is nowhere",
         "HONE_LOG",
         {"-", "off"}},
        {"log-level",
         "LEVEL",
         "Least that is logged: debug, info (by default), warning, error",
         "HONE_LOG_LEVEL",
         {"debug", "info", "warning", "error"}},
        {"correlation-id",
         "ID",
         "Name of the run in the log and in execution.json: 32 hexadecimal digits, or a traceparent as in TRACEPARENT; "
         "by default a new one",
         "HONE_CORRELATION_ID",
         {}},
        {"metrics", "FILE", "Write what the engine counted, in the text format of Prometheus", "", {}},
        {"trace", "FILE", "Write a trace for Perfetto or chrome://tracing", "", {}},
        {"progress", "HOW", "Progress on stderr: auto, plain, off", "HONE_PROGRESS", {"auto", "plain", "off"}},
    };
    return table;
}

const Setting* find_setting(std::string_view name) {
    for (const Setting& setting : settings_table())
        if (setting.name == name) return &setting;
    return nullptr;
}

Settings Settings::from_surroundings() {
    Settings settings;
    read_config(settings, config_file());
    // One that is not well-formed counts as none (W3C Trace Context, 3.2.2.3).
    if (const std::string trace = variable("TRACEPARENT"); CorrelationId::parse(trace))
        settings.set("correlation-id", trace, "environment TRACEPARENT");
    for (const Setting& setting : settings_table()) {
        if (setting.variable.empty()) continue;
        const std::string value = variable(setting.variable.c_str());
        if (!value.empty()) settings.set(setting.name, value, cat("environment ", setting.variable));
    }
    return settings;
}

void Settings::set(const std::string& name, std::string value, std::string origin) {
    values_[name] = {std::move(value), std::move(origin)};
}

std::string Settings::value(std::string_view name) const {
    const auto at = values_.find(name);
    return at == values_.end() ? std::string() : at->second.text;
}

bool Settings::is_on(std::string_view name) const {
    const std::string text = value(name);
    if (text == "true" || text == "on" || text == "yes" || text == "1") return true;
    if (text.empty() || text == "false" || text == "off" || text == "no" || text == "0") return false;
    fail(Fault::Usage, "--", name, ": expected true or false, found '", text, "'");
}

std::string Settings::origin(std::string_view name) const {
    const auto at = values_.find(name);
    return at == values_.end() ? "default" : at->second.origin;
}

namespace {

std::uint64_t bytes_of(const Settings& settings, std::string_view name) {
    const std::string text = settings.value(name);
    if (text.empty() || text == "auto") return 0;
    const auto bytes = parse_bytes(text);
    if (!bytes || *bytes == 0)
        fail(Fault::Usage, "--", name, ": expected a size such as 512MiB or 2GB, found '", text, "'");
    return *bytes;
}

/// What reads documents: as set, else beside the executable; empty if it is not there.
Path docworker_of(const Settings& settings) {
    if (const std::string given = settings.value("docworker"); !given.empty()) return given;
    std::error_code ignored;
    const Path file = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "hone-docworker";
    return std::filesystem::exists(file, ignored) ? file : Path();
}

std::int64_t deadline_ns_of(const Settings& settings) {
    const std::string text = settings.value("deadline");
    if (text.empty() || text == "none") return 0;
    constexpr double kMostSeconds = 1e9;
    const auto seconds = parse_seconds(text);
    if (!seconds || *seconds < 1e-9 || *seconds > kMostSeconds)
        fail(Fault::Usage, "--deadline: expected a time such as 30s or 5m, or none, found '", text, "'");
    return static_cast<std::int64_t>(*seconds * 1e9);
}

}  // namespace

EngineOptions Settings::engine_options() const {
    for (const Setting& setting : settings_table())
        if (setting.value_name.empty()) (void)is_on(setting.name);  // A wrong switch shows before anything is computed.
    EngineOptions options;
    if (const std::string text = value("threads"); !text.empty() && text != "auto") {
        const auto threads = parse_int64(text);
        if (!threads || *threads < 1 || *threads > 1024)
            fail(Fault::Usage, "--threads: expected a number from 1 to 1024 or auto, found '", text, "'");
        options.threads = static_cast<unsigned>(*threads);
    }
    options.memory_bytes = bytes_of(*this, "memory");
    options.deadline_ns = deadline_ns_of(*this);
    options.cache_limit_bytes = bytes_of(*this, "cache-limit");
    const std::string cache = value("cache");
    if (cache.empty())
        options.cache_folder = default_cache_folder();
    else if (cache != "off")
        options.cache_folder = cache;
    options.docworker = docworker_of(*this);
    options.is_plain = is_on("plain");
    options.trust_nothing = is_on("trust-nothing");
    return options;
}

Path default_cache_folder() {
    if (const std::string base = variable("XDG_CACHE_HOME"); !base.empty()) return Path(base) / "hone";
    if (const std::string home = variable("HOME"); !home.empty()) return Path(home) / ".cache" / "hone";
    return {};
}

}  // namespace hone::cli
