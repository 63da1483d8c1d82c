#![deny(warnings)]

#[dragonfly::main]
async fn main() {
    #![allow(unused_variables)]
    //! Documented inside.
    let unused = 1;
}
