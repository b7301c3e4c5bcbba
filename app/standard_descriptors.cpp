#include "app/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace smtpsim::app {

void open_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        // The lowest number that is free, and so this one.
        if (::fcntl(descriptor, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != descriptor) return;
}

} // namespace smtpsim::app
