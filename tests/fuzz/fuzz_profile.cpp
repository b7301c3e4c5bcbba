// Any text as a profile: it loads or has problems with places, and what loads can serve.
#include "profiles/load/load.hpp"
#include "sim/server/memory_endpoint.hpp"

#include <cstdint>
#include <cstdlib>

using namespace smtpsim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto profile = profiles::load_text(text, "fuzz.yaml", [](const std::string& path) {
        return Result<std::string>(Failure{path + ": no files here"});
    });
    if (!profile) {
        if (profile.error().empty()) std::abort();
        return 0;
    }
    journal::Journal journal;
    server::Instance run{*profile, 1, journal, nullptr};
    server::MemoryEndpoint link{run, Tick{}};
    link.say("EHLO a\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n");
    link.say("Hello\r\n.\r\nQUIT\r\n");
    link.close();
    return 0;
}
