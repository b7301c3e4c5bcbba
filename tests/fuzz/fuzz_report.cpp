// Any text as a report: it is read or says why not, and what is read is written and read again.
#include "audit/report/json_report.hpp"
#include "audit/report/report.hpp"

#include <cstdint>
#include <cstdlib>

using namespace smtpsim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = report::read_json({reinterpret_cast<const char*>(data), size});
    if (!read) {
        if (read.error().what.empty()) std::abort();
        return 0;
    }
    const std::string once = report::json(*read);
    const auto again = report::read_json(once);
    if (!again || report::json(*again) != once) std::abort();
    return 0;
}
