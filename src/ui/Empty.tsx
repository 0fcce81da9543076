import { InboxOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'

/** An empty screen: what is not there yet, and what to do first. */
export function Empty({ title, children, action }: { title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="k-empty">
      <InboxOutlined aria-hidden />
      <strong>{title}</strong>
      {children && <p>{children}</p>}
      {action}
    </div>
  )
}
