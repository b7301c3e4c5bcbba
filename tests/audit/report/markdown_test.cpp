#include "audit/report/report.hpp"

#include "tests/audit/report/hostile.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <sstream>

using namespace smtpsim;

TEST_CASE("Markdown has scores, failures and their dialogues", "[report]") {
    const std::string text = report::markdown(report_sample::audit());
    CHECK(text.starts_with("### smtpsim audit: 11 passed, 7 failed, 4 skipped, 1 error; "
                           "score 61 of 100\n\n"
                           "| Layer | Passed | Failed | Skipped | Errors | Score |\n"
                           "| --- | ---: | ---: | ---: | ---: | ---: |\n"
                           "| reply | 8 | 2 | 0 | 0 | 80 |\n"));
    CHECK(text.find("| **all** | 11 | 7 | 4 | 1 | 61 |\n") != std::string::npos);
    CHECK(text.find("| msmtp wild/data/250-for-354 | lost-mail | outcome deferred or failed | "
                    "delivered |\n") != std::string::npos);
    CHECK(text.find("| 3 | the adapter has no TLS |\n") != std::string::npos);
    CHECK(text.find("<details><summary>msmtp wild/data/250-for-354: ") != std::string::npos);
    CHECK(text.find("  0.011s S: 250 OK\n") != std::string::npos);
}

TEST_CASE("Text of a client makes no column, code, link or element in Markdown", "[report]") {
    const std::string text =
        report::markdown(report_sample::filled_with("a|b`c<script>[d](e)@f\n\n</pre></details>\\"));
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| ") || line.starts_with("| ---")) continue;
        CAPTURE(line);
        const auto columns = std::ranges::count(line, '|') - 1;
        CHECK((columns == 4 || columns == 6));
        CHECK(line.find('`') == line.npos);
        CHECK(line.find("](") == line.npos);
    }
    CHECK(text.find("<script") == std::string::npos);
    const auto count = [&](std::string_view part) {
        std::size_t found = 0;
        for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1))
            ++found;
        return found;
    };
    CHECK(count("</pre>") == 1);
    CHECK(count("</details>") == 1);
}
