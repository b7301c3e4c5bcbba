#include "sim/app/log_file.hpp"

#include "sim/app/cli.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

namespace smtpsim::app {
namespace {

constexpr std::uint64_t oddities_told_max = 20; // chosen: what fits a screen

} // namespace

Oddities::~Oddities() {
    if (count_ > oddities_told_max)
        std::cerr << file_ << ": and " << count_ - oddities_told_max << " more odd lines\n";
}

void Oddities::tell(std::uint64_t line, smtplog::Oddity oddity) {
    if (++count_ <= oddities_told_max)
        std::cerr << file_ << ':' << line << ": " << smtplog::row(oddity).summary << '\n';
}

void read_log(const std::string& path, smtplog::Heed& heed, const std::string& code_page) {
    std::optional<Decoder> decoder;
    if (!code_page.empty()) decoder = or_stop(Decoder::open(code_page), Exit::bad_input);
    std::FILE* const file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (file == nullptr) stop(Exit::environment, path + ": cannot read: " + std::strerror(errno));
    smtplog::Reader reader{heed, std::move(decoder)};
    std::string chunk(chunk_octets, '\0');
    std::size_t octets = 0;
    while ((octets = std::fread(chunk.data(), 1, chunk.size(), file)) > 0)
        reader.give(std::string_view(chunk).substr(0, octets));
    const bool failed = std::ferror(file) != 0;
    if (file != stdin) std::fclose(file);
    if (failed) stop(Exit::environment, path + ": cannot read");
    reader.finish();
    if (!reader.format()) throw Stop{Exit::bad_input, path + ": no log of an SMTP session"};
}

void read_sessions(const std::string& path, smtplog::Sessions::Take take,
                   const std::string& code_page) {
    Oddities oddities{path};
    smtplog::Sessions sessions{std::move(take), [&](std::uint64_t line, smtplog::Oddity oddity) {
                                   oddities.tell(line, oddity);
                               }};
    read_log(path, sessions, code_page);
    sessions.finish();
}

} // namespace smtpsim::app
