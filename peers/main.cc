// hone-peers BENCHMARK FOLDER: measures what the named benchmark of hone is compared with.
#include <iostream>
#include <string>

#include "hone/base/error.h"
#include "hone/base/json.h"
#include "peers/peers.h"

namespace hone::peers {

void print_figure(const std::string& name, double value, const std::string& unit, const std::string& note) {
    Json line = Json::object();
    line.set("name", name).set("value", value).set("unit", unit).set("note", note);
    std::cout << line.dump(0) << std::endl;
}

}  // namespace hone::peers

int main(int count, char** words) {
    if (count != 3) {
        std::cerr << "usage: hone-peers BENCHMARK FOLDER\n";
        return 2;
    }
    const std::string benchmark = words[1];
    try {
        if (benchmark == "small_cache") hone::peers::measure_maps();
        if (benchmark == "exec") hone::peers::measure_loops();
        if (benchmark == "tiers") hone::peers::measure_redis(words[2]);
    } catch (const hone::Error& error) {
        std::cerr << "hone-peers: " << error.message() << '\n';
        return 4;
    }
    return 0;
}
