//! What people and machines read.

use ledger::check_code;

use crate::office::{Office, number};

async fn typed(office: &Office, number: &str, code: &str) -> (u16, String) {
    let response = office
        .client
        .post(format!("{}/r/{number}", office.address))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("code={code}"))
        .send()
        .await
        .expect("an answer");
    (response.status().as_u16(), response.text().await.expect("text"))
}

#[tokio::test]
async fn whoever_holds_the_slip_sees_the_receipt_and_nobody_else() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 600);
    let before = office.get(&format!("/R/{}", number(1))).await;
    assert_eq!(before.status(), 404);
    assert!(before.text().await.expect("text").contains("has not received this receipt yet"));
    kiosk.push_all(&office).await;

    let asks = office.get(&format!("/r/{}", number(1).to_lowercase())).await;
    assert_eq!(asks.status(), 200);
    let page = asks.text().await.expect("text");
    assert!(page.contains("name=\"code\"") && !page.contains("600"), "it asks and tells nothing");

    let (status, page) = typed(&office, &number(1), "AAAAAA").await;
    assert_eq!(status, 403);
    assert!(page.contains("does not belong to this number") && !page.contains("600.00"));

    let code = check_code(&kiosk.entries[1]);
    let (status, page) = typed(&office, &number(1), &code.to_lowercase()).await;
    assert_eq!(status, 200);
    assert!(page.contains("₹600.00") && page.contains("7/1"), "{page}");
    assert!(!page.contains("Lakshmi"), "no name");
}

#[tokio::test]
async fn codes_cannot_be_guessed_by_trying() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 600);
    kiosk.push_all(&office).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(typed(&office, &number(1), "AAAAAA").await.0);
    }
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429]);
    let code = check_code(&kiosk.entries[1]);
    assert_eq!(typed(&office, &number(1), &code).await.0, 429, "the right one has to wait too");
}

#[tokio::test]
async fn a_wrong_number_is_named_as_such() {
    let office = Office::open(1);
    let page = office.get("/r/G0802-26-K1-00001-0").await;
    assert_eq!(page.status(), 404);
    assert!(page.text().await.expect("text").contains("no receipt number of ours"));
    let page = office.get("/r/%3Cscript%3E").await;
    assert!(!page.text().await.expect("text").contains("<SCRIPT>"));
}

#[tokio::test]
async fn pages_load_nothing_from_anywhere_and_run_nothing() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 600);
    kiosk.push_all(&office).await;
    for path in ["/".to_owned(), format!("/r/{}", number(1))] {
        let page = office.get(&path).await;
        assert_eq!(page.status(), 200);
        let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert_eq!(page.headers()["x-content-type-options"], "nosniff");
        let text = page.text().await.expect("text");
        assert!(text.contains("Synthetic sample"));
        for outside in ["src=", "http://", "https://", "<script", "style=\""] {
            assert!(!text.contains(outside), "{path} has {outside}");
        }
    }
}

#[tokio::test]
async fn the_centre_says_how_it_is() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 600);
    kiosk.push_all(&office).await;
    assert_eq!(office.get("/healthz").await.status(), 200);
    let metrics = office.get("/metrics").await.text().await.expect("text");
    for line in ["padi_devices 1", "padi_entries 2", "padi_receipts 1", "padi_batches_total 1"] {
        assert!(metrics.lines().any(|found| found == line), "{line} in {metrics}");
    }
    assert!(metrics.contains("padi_rejections_total{reason=\"gap\"} 0"));
    assert_eq!(office.get("/nowhere").await.status(), 404);
}
