use dragonfly::report_errors;

#[report_errors]
async fn open<'a, 'b>(left: &'a str, right: &'b str) -> Result<&'a str, String> {
    if left.is_empty() { Ok(right) } else { Ok(left) }
}

fn main() {
    drop(open("", ""));
}
