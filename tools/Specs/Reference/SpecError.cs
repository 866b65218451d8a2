namespace Buildify.Specs.Reference;

/// <summary>A kind of mistake, with what to do about it.</summary>
/// <param name="Code">As <c>BSPEC012</c>; never given to another kind.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Explanation">Why it is refused and what to do.</param>
internal sealed record SpecError(string Code, string Title, string Explanation);
