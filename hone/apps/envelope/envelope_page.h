#pragma once
#include <optional>
#include <string>
#include <vector>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/event.h"
#include "hone/apps/envelope/page_map.h"

namespace hone::envelope {

/// One tier of a region: its bounds at sampled areas, and what it is.
struct PageTier {
    std::string name;            ///< "high_productivity"; the same name is the same tier in all regions
    std::string range;           ///< "30-100", per cent of the order by yield; may be empty
    Area from;                   ///< land of the region below the tier: Curve::from()
    Area total_area;             ///< of the tier
    Energy total_energy;         ///< of the tier
    std::vector<Bounds> points;  ///< by growing area; neither bound ever falls
};

/// An event as the page shows it.
struct PageEvent {
    std::string label;
    std::string years;  ///< "1876-1878"; may be empty
    EventClass kind = EventClass::Other;
    EventStatus status = EventStatus::Ok;  ///< those without land are listed, not drawn
    Area area;
    Energy loss, lower, upper;
};

/// A loss to compare with.
struct PageThreshold {
    std::string name;           ///< "1 Month"
    std::optional<int> phase;   ///< of the IPC, 2 to 5
    Energy energy;              ///< drawn if above zero
    std::optional<Area> least;  ///< A_U: the smallest area that can lose it
};

/// What the page knows of one region.
struct PageRegion {
    std::string name;
    std::vector<PageTier> tiers;  ///< the first is drawn first
    std::vector<PageEvent> events;
    std::vector<PageThreshold> thresholds;
    std::optional<PageMap> map;
};

/// All that the page is made of. Texts are plain text in UTF-8 and may hold anything.
struct EnvelopePage {
    std::string title;
    std::string crop;                     ///< crop set, for people
    std::string filter;                   ///< its name
    std::vector<std::string> provenance;  ///< edition, attribution, hashes, version: one line each
    bool is_synthetic = false;
    std::vector<PageRegion> regions;
};

/// The interactive envelope as one HTML file that needs nothing else and asks no network for anything. All numbers are
/// kept exact; the page shows areas in full and energies with four digits, copies full numbers as CSV, and says where
/// it reads between two sampled areas. Without scripts the figure of the first region and tables are seen. Equal input
/// gives equal bytes. Some 20 bytes a sampled point. Fault::Usage without a region or tier, for repeated names, and for
/// points that break the order which PageTier asks for.
std::string envelope_page(const EnvelopePage& page);

}  // namespace hone::envelope
