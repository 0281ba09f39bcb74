// The logo: a vault door and the path of a proof.
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect x="2" y="2" width="28" height="28" rx="8" fill="#0f8a6a" />
      <path
        d="M9 22V10h7.500a3 3 0 0 1 0 6H9m7.500 0a3 3 0 0 1 0 6H9"
        stroke="#fff"
        strokeWidth="2.600"
        strokeLinejoin="round"
      />
      <circle cx="24" cy="22" r="2" fill="#fff" />
    </svg>
  );
}
