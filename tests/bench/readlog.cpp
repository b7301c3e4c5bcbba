// readlog FILE: reads a log as smtpsim does and counts. Prints lines, entries, replies.
#include "sim/smtplog/reader.hpp"

#include <cstdio>
#include <vector>

using namespace smtpsim::smtplog;

namespace {

struct Counter : EntryHandler {
    std::uint64_t replies = 0, oddities = 0;
    void entry(const Entry& entry) override { replies += entry.kind == Kind::received ? 1U : 0U; }
    void odd(std::uint64_t, Oddity) override { ++oddities; }
};

} // namespace

int main(int argc, char** argv) {
    std::FILE* const file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
    if (file == nullptr) return 2;
    Counter counter;
    Reader reader{counter};
    std::vector<char> chunk(1UL << 20);
    std::size_t octets = 0;
    while ((octets = std::fread(chunk.data(), 1, chunk.size(), file)) > 0)
        reader.give({chunk.data(), octets});
    reader.finish();
    std::fclose(file);
    std::printf("%llu lines, %llu entries, %llu replies, %llu oddities\n",
                static_cast<unsigned long long>(reader.lines()),
                static_cast<unsigned long long>(reader.entries()),
                static_cast<unsigned long long>(counter.replies),
                static_cast<unsigned long long>(counter.oddities));
    return counter.oddities == 0 ? 0 : 1;
}
