#include "hone/apps/eyemap/eyemap.h"

namespace hone::eyemap {

App app() {
    return {.name = "eyemap", .summary = "Hexagonal maps of the columns of a fly's optic lobe"};
}

}  // namespace hone::eyemap
