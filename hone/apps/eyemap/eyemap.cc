#include "hone/apps/eyemap/eyemap.h"

#include "hone/apps/eyemap/fetch_task.h"
#include "hone/apps/eyemap/import_task.h"
#include "hone/apps/eyemap/sample_task.h"

namespace hone::eyemap {

App app() {
    App app;
    app.name = "eyemap";
    app.summary = "Hexagonal maps of the columns of a fly's optic lobe";
    app.tasks = {sample_task(), fetch_task(), import_task()};
    app.notices = fetch_notices();
    for (Notice& notice : import_notices())
        app.notices.push_back(std::move(notice));
    return app;
}

}  // namespace hone::eyemap
