#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "hone/apps/eyemap/map_model.h"
#include "hone/base/function_ref.h"

namespace hone::eyemap {

/// How much a file holds. Full: attributes that existing scripts read, about 700 bytes per hexagon. Compact: the same
/// picture and behaviour at 60 to 100 bytes per hexagon. Static: no script, no controls.
enum class Profile : std::uint8_t { Full, Compact, Static };
Profile parse_profile(std::string_view text);  ///< "full", "compact", "static"; Fault::Usage
std::string_view profile_name(Profile profile);

enum class Theme : std::uint8_t { Clear, Catalogue };
Theme parse_theme(std::string_view text);  ///< "clear", "catalogue"; Fault::Usage
std::string_view theme_name(Theme theme);

struct SvgOptions {
    Profile profile = Profile::Full;
    Theme theme = Theme::Clear;
    bool keyboard = false;   ///< every hexagon can be reached by the tab key
    std::string id_prefix;   ///< set when several maps stand in one page
    bool show_axes = false;  ///< a cross with p, q and v arrows
    bool operator==(const SvgOptions&) const = default;
};

/// Streams the SVG document of a map (a placeholder with the reason if it failed). Equal maps and options give equal
/// bytes. Memory: one buffer of 64 KiB, whatever the number of hexagons.
void write_svg(const MapModel& map, const SvgOptions& options, FunctionRef<void(std::string_view)> sink);

/// A text that waits until its turn in a document. Not thread-safe.
class WaitingText {
public:
    virtual ~WaitingText() = default;
    virtual void write(std::string_view piece) = 0;
    /// Hands over all that was written. Called once, last.
    virtual void read(FunctionRef<void(std::string_view)> take) = 0;
};

/// Which columns a map has that is drawn part by part.
struct StatesInParts {
    bool has_data = false;
    bool has_missing = false;
};

/// Writes a map whose columns come in parts, for more of them than memory holds: the bytes are those of write_svg() on
/// the whole. The map, the sink and their contents must outlive it. Not thread-safe.
class SvgStream {
public:
    /// Opens a text; how many wait at once: kMostWaiting.
    using OpenWaiting = std::function<std::unique_ptr<WaitingText>()>;
    static constexpr std::size_t kMostWaiting = 4;

    /// `map` is the whole one without columns, its layout knows the extent of all; `states` says what any of its
    /// columns will be. The profile compact lists columns once more behind the hexagons: these lists wait in texts from
    /// `open`, which the other profiles do not call.
    SvgStream(const MapModel& map, const SvgOptions& options, StatesInParts states,
              FunctionRef<void(std::string_view)> sink, const OpenWaiting& open = {});
    ~SvgStream();
    SvgStream(const SvgStream&) = delete;
    SvgStream& operator=(const SvgStream&) = delete;

    /// The next columns, as make_map() gives them for a layout with these alone: whole lines of the lattice.
    void add(const MapModel& part);
    /// What follows the columns. Call once, at the end.
    void finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What write_svg() writes, as one text.
std::string svg_text(const MapModel& map, const SvgOptions& options);

}  // namespace hone::eyemap
