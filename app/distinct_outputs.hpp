// No two outputs of a command are one file: each would overwrite what the other writes.
#pragma once

#include <string>
#include <vector>

namespace smtpsim::app {

struct Output {
    std::string option; // "--log"
    std::string path;   // empty: it is not asked for
};

/// Stop: two outputs are the same file under its canonical path, or the same descriptor.
void check_distinct(const std::vector<Output>& outputs);

} // namespace smtpsim::app
