using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Diagnostics;

/// <summary>SBX2xxx: policy and input.</summary>
internal static class InputDiagnostics
{
    public static Diagnostic NotAllowed(string target, string file, string rule, string policyFile) => new(
        "SBX2001",
        $"the step of target {target} ({file}) is not allowed to run: no rule of a sandbox.json admits it. If you trust it, add this to \"allow\" in {policyFile}: {rule} – or build with -p:SandboxConfirm=Approve to let every step run.");

    public static Diagnostic CannotBeAllowed(string target, string file, string policyFile) => NotAllowed(target, file, string.Empty, policyFile) with
    {
        Message = $"the step of target {target} is not allowed to run, and no rule of {policyFile} can admit it: the target is defined in {file}, outside that file's directory. If you trust it, put a sandbox.json into a directory above both and name it with -p:SandboxPolicyFile=FILE, or build with -p:SandboxConfirm=Approve to let every step run.",
    };

    public static Diagnostic InvalidPolicy(string file, int line, int column, string reason) => new(
        "SBX2002",
        $"the policy file cannot be used: {reason}. Its form: {{ \"allow\": [ {{ \"target\": \"NAME\" }} ] }}")
    {
        File = file,
        Line = line,
        Column = column,
    };

    public static Diagnostic RootNotUsable(string root, int error) => new(
        "SBX2003",
        $"the root {root} {error switch { Errno.NotFound => "does not exist", Errno.NotDirectory => "is not a directory", Errno.Loop => "is reached through a symlink inside the project's root, which a step may have left there", _ => "cannot be opened" }}. Name a directory that the step may change: set SandboxRoot, or Roots on the task.");

    public static Diagnostic UnknownOverlay(string id, IEnumerable<string> places) => new(
        "SBX2004",
        $"there is no overlay {id} (looked in {string.Join(", ", places)}). It was committed or rolled back already – a failed step rolls back the overlay that it ran in – or it is not yours. Use the Overlay output of an OverlayCreate of this build, or the OverlayId of a step that held its changes.");

    public static Diagnostic OverlayInUse(string id) => new(
        "SBX2005",
        $"a step still runs in the overlay {id}. Commit or roll it back when the step is over.");

    public static Diagnostic StateOverlapsRoot(string state, string root) => new(
        "SBX2006",
        $"the state directory {state} and the root {root} lie in one another, so an overlay would catch its own state. Keep the state outside of every root: -p:SandboxStateDirectory=DIRECTORY");

    public static Diagnostic InvalidValue(string parameter, string value, IEnumerable<string> valid) => new(
        "SBX2007",
        $"\"{value}\" is no value of {parameter}. Valid: {string.Join(", ", valid)}.");

    public static Diagnostic WorkingDirectoryNotShown(string directory, IEnumerable<string> roots) => new(
        "SBX2008",
        $"the working directory {directory} is not to be seen inside the sandbox: it is in none of the roots ({string.Join(", ", roots)}). Add it to Roots, or show it with <SandboxPath Include=\"{directory}\" Access=\"ReadOnly\" />.");

    public static Diagnostic PathNotUsable(SandboxPath path, string reason) => new(
        "SBX2009",
        $"the path {path.Path} cannot be shown as {path.Access}: {reason}. Change or remove its SandboxPath item.");

    public static Diagnostic AmbiguousOverlay(string text, IEnumerable<string> ids) => new(
        "SBX2011",
        $"\"{text}\" could mean several overlays: {string.Join(", ", ids)}. Give one more character of the one that you mean; those after the dash are enough.");
}
