#include "hone/base/error.h"

#include <cerrno>
#include <system_error>

namespace hone {

std::string_view fault_name(Fault fault) {
    switch (fault) {
        case Fault::Usage:
            return "usage";
        case Fault::Input:
            return "input";
        case Fault::NotFound:
            return "not-found";
        case Fault::Limit:
            return "limit";
        case Fault::Cancelled:
            return "cancelled";
        case Fault::System:
            return "system";
        case Fault::Bug:
            break;
    }
    return "bug";
}

int exit_code(Fault fault) {
    switch (fault) {
        case Fault::Usage:
            return 2;
        case Fault::Input:
        case Fault::NotFound:
            return 3;
        case Fault::Limit:
        case Fault::System:
            return 4;
        case Fault::Cancelled:
            return 130;
        case Fault::Bug:
            break;
    }
    return 70;
}

Error Error::with_id(std::string id) const {
    Error copy = *this;
    copy.id_ = std::move(id);
    return copy;
}

Error Error::with_mend(std::string sentence) const {
    Error copy = *this;
    copy.mend_ = std::move(sentence);
    return copy;
}

Error Error::within(std::string_view context) const {
    Error copy = *this;
    copy.message_ = cat(context, ": ", message_);
    return copy;
}

void fail_system(int error_number, std::string_view doing, std::string_view path) {
    const Fault fault = error_number == ENOENT ? Fault::NotFound : Fault::System;
    fail(fault, "cannot ", doing, ' ', path, ": ", std::generic_category().message(error_number));
}

void check_failed(std::string_view what) {
    fail(Fault::Bug, "this must hold, but does not: ", what);
}

}  // namespace hone
