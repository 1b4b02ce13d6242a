// Lighthouse on pages of a signed-in admin; docs/performance.md says how to run it.
// Each page in a browser of its own, so that nothing is cached.
import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const [session, port, ...paths] = process.argv.slice(2);
const flags = { onlyCategories: ["performance", "accessibility", "best-practices"], disableStorageReset: true, logLevel: "error" };

for (const [kind, config] of [["desktop", desktopConfig], ["phone", undefined]]) {
  for (const path of paths) {
    const browser = await puppeteer.launch({ executablePath: process.env.CHROME || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
    const page = await browser.newPage();
    await page.setCookie({ name: "seatkeeper_session", value: session, url: `http://localhost:${port}/` });
    const { lhr } = await lighthouse(`http://localhost:${port}${path}`, flags, config, page);
    const of = (name) => lhr.audits[name].numericValue;
    const scores = Object.values(lhr.categories).map((category) => Math.round(category.score * 100));
    const shifts = of("cumulative-layout-shift")?.toFixed(3);  // none where the page did not load
    const times = `LCP ${Math.round(of("largest-contentful-paint"))} ms, CLS ${shifts}, TBT ${Math.round(of("total-blocking-time"))} ms`;
    console.log(kind, path, ...scores, times, `${Math.round(of("total-byte-weight") / 1024)} kB`);
    await browser.close();
  }
}
