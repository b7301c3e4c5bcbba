// How this project asks RE2.
#pragma once

#include <re2/re2.h>

namespace smtpsim {

inline re2::RE2::Options regex_options() {
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    options.set_encoding(re2::RE2::Options::EncodingLatin1); // addresses are octets, valid or not
    return options;
}

} // namespace smtpsim
