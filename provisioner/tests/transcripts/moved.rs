use super::session::Session;

const BLUEPRINT: &str = "blueprints/small/blueprint.toml";

/// The next version of the blueprint calls its role otherwise.
fn renamed(session: Session) -> Session {
    session.with(|project| {
        project.edit(BLUEPRINT, "[\"node\"]", "[\"app\"]");
        project.edit(BLUEPRINT, "[roles.node]", "[roles.app]");
        project.edit(BLUEPRINT, "to    = \"node\"", "to    = \"app\"");
        project.edit(BLUEPRINT, "from  = \"node\"", "from  = \"app\"");
        project.append(BLUEPRINT, "\n[moved]\n\"roles.node\" = \"roles.app\"\n");
    })
}

#[test]
fn a_role_has_another_name_and_its_machines_stay() {
    renamed(Session::small_up())
        .run("provision plan --env small --sandbox")
        .run("provision up --env small --sandbox --yes")
        .run("provision plan --env small --sandbox")
        .run("provision state list --env small --sandbox | grep -e node -e app")
        .run("provision down --env small --sandbox --yes | tail -3")
        .check("moved");
}

#[test]
fn a_bastion_moves_to_another_port_and_nobody_is_locked_out() {
    Session::small_up()
        .with(|project| project.edit("environments/small.toml", "port = 40022", "port = 40023"))
        .run("provision plan --env small --sandbox")
        .run("provision up --env small --sandbox --yes --until infrastructure")
        .run("provision up --env small --sandbox --yes")
        .run("provision plan --env small --sandbox")
        .check("bastion-port");
}

#[test]
fn a_bastion_that_has_moved_leaves_its_former_port_with_the_next_up() {
    Session::small_up()
        .with(|project| project.edit("environments/small.toml", "port = 40022", "port = 40023"))
        .run("provision up --env small --sandbox --yes --quiet --target host.bastion-1")
        .run("provision plan --env small --sandbox")
        .run("provision up --env small --sandbox --yes --quiet")
        .run("provision plan --env small --sandbox")
        .check("bastion-port-left");
}
